"""Sponsors: organisations, their contacts and their logos."""
