"""Redirects: addresses that lead elsewhere or are gone, and what an address is altogether."""
