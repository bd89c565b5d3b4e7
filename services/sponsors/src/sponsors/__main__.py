"""The command line of the service: `python -m sponsors --help`."""

from servicekit.cli import service_cli
from sponsors.app import service

if __name__ == "__main__":
    service_cli(service)()
