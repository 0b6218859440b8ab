"""Rules: what is reported, how bad it is, and how to mend it. `catalog` lists every code."""
