"""The same story in several newspapers: which texts share their wording, who printed it first, and what each changed.

`archive/writing/sketches.py` keeps a sketch of each text in the transaction of the article. `update.py` does the rest,
and all that it writes can be made again: `compare` texts with a common sketch, `group` those that are one story, and
say of each where it is from (`direction`). What persons split or join is in `decisions.py`, and stays.
"""
