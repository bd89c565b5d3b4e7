"""Choosing: what there is to choose in a year, and which choices can be sent in."""
