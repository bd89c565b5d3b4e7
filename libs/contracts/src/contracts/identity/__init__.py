"""Contracts of the identity context."""
