"""The care for an archive over decades: copies of it, one made of two, and one file to pass on."""
