"""Backup and restore of everything in a data folder that cannot be made again."""
