"""The command line of the service: `python -m identity --help`."""

from identity import cli
from identity.app import service
from servicekit.cli import service_cli

if __name__ == "__main__":
    group = service_cli(service)
    cli.register(group, service)
    group()
