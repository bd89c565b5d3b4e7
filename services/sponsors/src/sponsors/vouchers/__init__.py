"""Vouchers of conferences: their kinds, and the codes that are fetched for sponsors."""
