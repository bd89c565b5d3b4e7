"""Pytest fixtures on the embedded servers (loaded through the pytest11 entry point)."""
