"""The care of an archive over decades: prove that nothing changed, build the database again, mend what is damaged."""
