"""What the reads of all domains share; the same as in other services."""

from servicekit.reading import Column, Row, bytewise, direction, every, one, page

__all__ = ["Column", "Row", "bytewise", "direction", "every", "one", "page"]
