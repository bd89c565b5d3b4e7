"""Pages of events: lists, calendars, the map, feeds, and the form for new ones."""
