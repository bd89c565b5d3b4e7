"""A small real service: what the tests of servicekit run."""
