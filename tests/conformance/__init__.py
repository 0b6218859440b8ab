"""Differential tests: what the analyzer says about WIT, against what the reference implementation says."""
