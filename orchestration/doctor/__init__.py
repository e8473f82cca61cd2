"""`holdfast doctor`: what is wrong or missing in a company's configuration, sources and data, each with its fix.

settings → configuration.py    what the files of config/ say, against the contract
sources  → services.py         connectors: reachable, permitted, change tracking, rows, newest timestamp
files    → trial.py            read, landed and judged in a scratch folder, exactly as a build would
both     → coverage.py         which entities, columns, metrics and report pages will be empty
"""
