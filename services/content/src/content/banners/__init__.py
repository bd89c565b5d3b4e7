"""Banners: messages with a button, for some time, on some pages."""
