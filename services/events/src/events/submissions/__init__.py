"""Submissions: events that people send in, from draft to event."""
