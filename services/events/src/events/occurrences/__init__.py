"""Occurrences: the times at which events take place, as rows, so that lists need no rules."""
