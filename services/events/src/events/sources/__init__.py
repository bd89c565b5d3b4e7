"""Sources: calendars elsewhere that are followed, and what came of looking at them."""
