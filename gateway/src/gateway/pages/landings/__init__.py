"""Landings: the first page of a section, made of boxes that editors write."""
