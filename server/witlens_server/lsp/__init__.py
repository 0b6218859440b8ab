"""The language server: what an editor asks becomes one analysis call on a snapshot, what analysis says becomes LSP.

Only this package imports pygls and lsprotocol (they cost every start a third of a second).
"""
