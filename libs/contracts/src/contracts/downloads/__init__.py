"""Contracts of the downloads context."""
