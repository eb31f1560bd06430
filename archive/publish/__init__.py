"""The archive in Datasette."""
