"""Programs: what benefits are of."""
