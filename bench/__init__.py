"""Measurements: `make bench`, `make bench-crawl`, `make bench-kills`. Not part of the installed program."""
