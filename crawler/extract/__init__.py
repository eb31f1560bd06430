"""Pages: bytes, an address and the moment of the capture in; an article or a reason out. Pure."""
