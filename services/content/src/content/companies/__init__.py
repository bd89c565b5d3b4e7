"""Companies: who uses Python."""
