"""Jobs of whoever posted them."""
