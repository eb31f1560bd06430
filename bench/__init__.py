"""The extractor measured beside other extractors: `make bench`. No part of the installed program."""
