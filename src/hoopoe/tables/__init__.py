"""Data tables: what a workspace keeps in rows and columns of its own, for its bots and its people.

`columns` (pure) knows what a cell may hold, `filters` (pure) how rows are chosen; `actions` changes schemas, `writing`
rows, and `querying` answers flows.
"""
