"""iCalendar (RFC 5545): what is published, and what is read of calendars elsewhere."""
