"""Everything that changes the archive.

The law of the room: a function works inside the transaction of its caller. It neither begins nor commits one, so what
`Archive` does for one capture is stored whole or not at all. What it reads is what this transaction has written.

Moments come in as arguments, and nothing here looks at a clock. `captures.py` is where a capture begins; `changes.py`
is where every change of an article ends.
"""
