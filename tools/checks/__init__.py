"""Checks with logic of their own, one a module: `check()` returns what it found as lines."""
