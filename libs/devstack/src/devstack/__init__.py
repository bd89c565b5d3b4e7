"""The `pydotorg` command, the servers it runs on, the trace viewer, and the test fixtures."""
