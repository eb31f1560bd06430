"""What `news.db` is: its tables, its views, the steps from one version to the next, and the checks before it is opened.

The text of a table, view or migration that was released is never edited: another archive has it already. A change is a
new migration at the end of `migrations.py`, and `SCHEMA` in `opening.py` counts them.
"""
