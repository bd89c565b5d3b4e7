"""People: a copy of the names that the identity service tells of accounts."""
