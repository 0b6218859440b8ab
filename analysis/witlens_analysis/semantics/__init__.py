"""Meaning: packages, names, types, gates and worlds, each as memoised queries over the items of the files."""
