"""Rows that were set aside: read, exported, judged anew."""
