"""The command line of the notes service."""

from notes.app import service
from servicekit.cli import service_cli

service_cli(service)()
