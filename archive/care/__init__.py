"""The care of an archive over decades: proofs, mending, copies, one made of two, and one file to pass on."""
