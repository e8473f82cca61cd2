"""The demo company as its systems would serve it: CRM by a fake Dataverse, surveys by a fake QuestionPro.

crm.py and surveys.py show the same world month by month as generate.py writes it to files, without what is spoilt in
those files; sources.yml says how it is read; run.py fetches it as it would have been fetched, a month at a time.
"""
