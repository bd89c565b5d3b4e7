"""Minutes of meetings of the board."""
