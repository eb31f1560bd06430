"""Takes into the archive what others saved: plain texts, and the WARC, ARC and WACZ files of other programs."""
