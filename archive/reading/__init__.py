"""What reads: searches, look-ups and reports over an open connection. Nothing here writes."""
