"""Reads the raw pages of an archive again with today's rules."""
