"""Python releases and their files: the downloads service."""
