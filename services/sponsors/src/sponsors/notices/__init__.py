"""Mails that staff write to many sponsors."""
