"""A service that counts: the smallest one with events, a consumer, a tick and an export."""
