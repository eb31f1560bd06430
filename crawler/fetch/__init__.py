"""The wire: one run, its manners towards servers, and what an answer means. Everything that asks a server passes here."""
