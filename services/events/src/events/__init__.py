"""Calendars, events, and when and where they take place."""
