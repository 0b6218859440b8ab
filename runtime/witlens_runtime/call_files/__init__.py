"""Call files (`*.wave`): calls of a component as text. `docs/call-files.md` says what they mean.

`syntax` makes trees of texts, `scope` says what names mean in the world under test, `check` finds mistakes, `features`
answers editors, `runner` runs. Everything but the runner works from the WIT alone.
"""
