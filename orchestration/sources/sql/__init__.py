"""Databases that SQLAlchemy can reach: tables and views, whole or from a cursor on, read-only.

connector.py asks, columns.py finds what is asked for and says how a table changed, values.py writes values as text.
Add here: what a dialect needs to be read safely. Keep out: mapping and landing (orchestration/landing/fetching.py).
"""
