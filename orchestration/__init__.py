"""Holdfast: extracts in, checked marts out, one retention report per audience and month."""
