"""The `files` source: CSV, TSV, JSON lines, Parquet and Excel, read as text under the contract's names.

find.py finds and dates the files, copies.py takes a checked copy, headers.py maps the header, one module per
format reads the rows, spool.py keeps them until all files are known to be good, source.py hands them to dlt.
"""
