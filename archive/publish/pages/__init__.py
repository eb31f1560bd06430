"""The pages of the reading room: one module for each, which reads the archive and shows what it read."""
