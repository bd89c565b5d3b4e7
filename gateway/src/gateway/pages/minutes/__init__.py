"""Minutes of the board."""
