"""Benefits: what can be chosen in a year, with conflicts, capacity and features."""
