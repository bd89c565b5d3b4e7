"""`python -m ledger serve|migrate|…`."""

from ledger.app import service
from servicekit.cli import service_cli

if __name__ == "__main__":
    service_cli(service)()
