"""Sponsors: who they are, how one becomes one, and what sponsors and staff do about it."""
