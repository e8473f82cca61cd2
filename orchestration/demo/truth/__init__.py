"""What the marts must say about the demo, in plain Python from the clean events; see docs/demo.md."""
