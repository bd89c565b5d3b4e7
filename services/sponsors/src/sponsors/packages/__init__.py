"""Packages: levels with a price, for each year."""
