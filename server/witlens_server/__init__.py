"""How editors and shells reach Witlens: the language server, its code lenses, and the command line."""

__version__ = "0.1.0"
