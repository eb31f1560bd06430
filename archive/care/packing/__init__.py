"""The parts of a pack: its zip file, its index of records, what of each WARC file is in it, and its database."""
