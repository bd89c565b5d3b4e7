"""Categories: what events are about."""
