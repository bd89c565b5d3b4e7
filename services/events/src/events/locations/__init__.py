"""Locations: where events take place."""
