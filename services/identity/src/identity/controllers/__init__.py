"""The HTTP API: what is read and written at which address, and by whom."""
