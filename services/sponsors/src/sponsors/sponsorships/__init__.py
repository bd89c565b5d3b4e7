"""Sponsorships: applications, what was chosen, and what becomes of them."""
