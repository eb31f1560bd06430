"""One polite visit to a live site: what the sources and an article give, what broke, and how to fix it.

`crawler/probe/visit.py` asks; the modules here judge the answers, with the readers of a crawl.
"""
