"""Companies that use Python."""
