"""What the files of config/ may say; orchestration/settings.py reads them."""
