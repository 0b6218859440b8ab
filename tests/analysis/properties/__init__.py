"""Laws of the analyzer, tried on random input."""
