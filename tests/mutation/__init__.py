"""Mutants of the metrics: is every figure watched by a test that sees it go wrong?"""
