"""The wire: the run, its manners towards servers, and what an answer means. Every request passes here."""
