"""The `pydotorg` command."""


def main() -> None:
    """Run the command line."""
