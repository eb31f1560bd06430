"""Measurements: `make bench`, and `make bench-crawl`, `-kills`, `-search`. Not part of the installed program."""
