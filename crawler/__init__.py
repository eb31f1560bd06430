"""The web: sites, discovery, politeness, extraction. Imports the archive through its door only."""

__version__ = "0.1.0"
