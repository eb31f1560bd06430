"""Everything that the archive answers: articles, searches, the past of a site, the story of an address.

Functions take a connection and change nothing. Each question is one query, or a few inside the same moment; records
come back frozen, with times as aware datetimes, and know their JSON form (`as_record`).
"""
