"""Site files: read the TOML, check it, propose patterns for it, and register its outlets in the archive."""
