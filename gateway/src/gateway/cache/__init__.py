"""Composed responses: kept, looked up, dropped by surrogate key, served stale when need be."""
