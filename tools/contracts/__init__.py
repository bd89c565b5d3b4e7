"""Contract documents: made from the code, kept in the repository, compared before they change.

See docs/development.md, "Changing a contract".
"""
