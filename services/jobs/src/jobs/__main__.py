"""The command line of the service: `python -m jobs --help`."""

from jobs.app import service
from servicekit.cli import service_cli

if __name__ == "__main__":
    service_cli(service)()
