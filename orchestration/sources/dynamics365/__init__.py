"""Reads Dynamics 365 through the Dataverse Web API (OData v4): tables in full, then what changed, deletions included.

The way of a table: changes.py decides from the last state what to ask for · links.py turns the pages of dlt's REST
client · session.py sends a request until it is answered or given up · rows.py makes text of what came and refuses what
is no row · lookups.py joins what stands in another table · connector.py puts them together. tokens.py signs in.
Add here: a fact about the service. Keep out: the contract, landing and Dagster. Needs no secret before open().
"""
