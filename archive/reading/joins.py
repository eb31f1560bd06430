"""Joins the names to the keys of an article, in the same way for every query here and in Datasette."""

NAMES = """
LEFT JOIN sites s ON s.id = a.site_id
LEFT JOIN sites o ON o.id = a.outlet_id
LEFT JOIN provinces p ON p.id = a.province_then_id
LEFT JOIN provinces q ON q.id = a.province_now_id
"""
"""Joins to `articles a` its site (s), the outlet that published it (o), its province then (p) and now (q)."""
