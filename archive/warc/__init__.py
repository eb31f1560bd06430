"""WARC 1.1 (ISO 28500:2017): the form of its records, files that grow record by record, and reading them back.

The room knows files and bytes; it knows no SQLite. https://iipc.github.io/warc-specifications/ has the standard.
"""
