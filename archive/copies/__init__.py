"""The same story in several newspapers: which texts share their wording, who printed it first, and what each changed.

`archive/writing/sketches.py` keeps a sketch of each text in the transaction of the article. `update.py` does the rest,
and all that it writes can be made again: it compares texts with a common hash (`compare.py`), groups those that are one
story (`grouping.py`), and says of each where it is from (`direction.py`). What persons split or join is kept by
`archive/writing/copy_decisions.py`, and stays.
"""
