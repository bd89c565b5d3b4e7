"""People, their sessions and keys, groups and permissions: the identity service."""
