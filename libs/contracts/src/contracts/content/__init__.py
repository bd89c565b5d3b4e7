"""Contracts of the content context, one module for each domain."""
