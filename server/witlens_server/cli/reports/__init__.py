"""The forms in which `witlens check` reports: each module has one function from findings to text."""
