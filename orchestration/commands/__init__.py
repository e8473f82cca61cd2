"""The `holdfast` commands beside the stages; orchestration/cli.py puts them together."""
