"""Placements: which logos are shown where."""
