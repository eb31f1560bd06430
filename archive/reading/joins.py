"""The names behind the numbers of an article, joined in one way by every query of this room and of Datasette."""

NAMES = """
LEFT JOIN sites s ON s.id = a.site_id
LEFT JOIN sites o ON o.id = a.outlet_id
LEFT JOIN provinces p ON p.id = a.province_then_id
LEFT JOIN provinces q ON q.id = a.province_now_id
"""
"""To `articles a`: its site (s), the outlet that published it (o), its province then (p) and now (q)."""
