"""Writing blogs. Locks are taken in this order: feeds, entries; aggregates; related blogs."""
