"""Site files: TOML read, checked, proposed, and registered as outlets."""
