"""What is a caller's own: their sponsors, sponsorships and unfinished application."""
