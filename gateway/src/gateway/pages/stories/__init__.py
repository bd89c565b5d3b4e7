"""Pages of success stories."""
