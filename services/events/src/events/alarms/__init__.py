"""Alarms: mails that people want before each time of an event."""
