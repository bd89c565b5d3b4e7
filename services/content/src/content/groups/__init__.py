"""Working groups of the foundation."""
