"""Pages that editors write, at addresses of their own choice."""
