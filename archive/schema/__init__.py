"""What `news.db` is: its tables, its views, the steps from one version to the next, and the checks before it is opened.

The text of a table, view or step that was released is never edited: another archive has it already. A change is a new
step at the end of `steps.py`, and a migration that runs it at the end of `migrations.py`. A test in
tests/archive/test_foreign.py then shows the new `AS_MADE` of `trust.py`.
"""
