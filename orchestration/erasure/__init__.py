"""`holdfast erase`: takes a person out of landing, and keeps it out of later deliveries, while the figures stay.

erase.py     the act: finds the ids, logs, rewrites landing, drops what was computed from it
   ↓         register.py   which ids were erased (as signs, never in clear) and what stands in their place
rows.py      what changes in a table: ids, names, free text, comments
   ↑
arriving.py  the same for files and fetches that are about to land
"""
