"""The crawler's verbs of the `baotinh` command, one subject a module; `crawler/cli.py` joins them.

Heavy modules are imported by the verbs that need them: help answers at once.
"""
