"""`baotinh new-site`: from a few pages of an outlet to a site file that a person can judge.

The generic extractor is the witness: what it reads from the pages, together with their structured data, is looked up
in the markup again, and the selectors that find it become rules. A rule is kept only if the record with it is the
record without it.
"""
