"""One polite visit to a live site: what came, what is made of it, what broke and how to mend it.

`crawler/probe/visit.py` asks; the modules here judge the answers, with the readers of a crawl.
"""
