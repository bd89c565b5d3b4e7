"""Posts of the community."""
