"""Glue in guest languages, for the functions and types of a world."""
