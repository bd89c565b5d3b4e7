"""Calendars: what events belong to."""
