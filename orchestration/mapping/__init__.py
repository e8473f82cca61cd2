"""Maps what a source calls its fields to the contract's columns, as `columns` in config/sources.yml says.

expressions.py reads the few expressions there are, columns.py tells which way round a block is written, compiled.py
makes a ColumnMapping of it and applies that to rows, values.py computes columns, date_formats.py translates date
formats, meanings.py measures constants and codes by the contract.

Add here: an expression that is safe and says in one line what it does. Keep out: reading files and services, and
anything that could run text of a configuration as code.
"""
