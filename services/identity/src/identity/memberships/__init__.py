"""Memberships of the foundation: one for each account, ended by its owner."""
