"""Syntax: text to a lossless tree, incrementally and whatever the text."""
