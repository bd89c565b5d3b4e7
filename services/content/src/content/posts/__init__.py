"""Posts of the community, and a copy of the events that they may be about."""
