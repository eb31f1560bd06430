"""The wire: the run, its politeness towards servers, and what an answer means. Every request passes here."""
