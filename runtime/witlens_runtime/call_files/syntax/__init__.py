"""Call files as text: tokens, statements, and the tree of each."""
