"""The parts of a merge: each carries some tables of another archive over, which is attached as `other`.

Everything happens inside the transaction of `archive/care/merge.py`. Rows are carried by whole sets. A table `X_ids` of
the connection says which row of ours (`new`) a row of the other archive (`old`) is, and whether it was added.
"""
