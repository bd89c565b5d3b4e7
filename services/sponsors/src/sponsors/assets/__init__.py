"""Assets: what sponsors hand over, and what they are given."""
