"""Contracts of sponsorships: their text, their life, and the papers made of them."""
