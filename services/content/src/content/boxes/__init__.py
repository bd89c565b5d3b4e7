"""Boxes: short texts that pages place somewhere."""
