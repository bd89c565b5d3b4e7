"""The `pydotorg` command: the whole site on this machine, without Docker."""

import rich_click as click

from devstack.cli import lifecycle, look, services
from devstack.cli.common import WIDTH

click.rich_click.WIDTH = WIDTH
click.rich_click.COMMAND_GROUPS = {
    "pydotorg": [
        {"name": "Run", "commands": ["up", "down"]},
        {"name": "Look", "commands": ["status", "logs", "env"]},
        {
            "name": "Work",
            "commands": ["seed", "run", "token", "replay", "resync", "parked", "topology"],
        },
    ]
}


@click.group(name="pydotorg", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pydotorg-devstack", prog_name="pydotorg")
def main() -> None:
    """Run python.org on this machine: PostgreSQL, NATS, Valkey, the services and the gateway."""


for module in (lifecycle, look, services):
    module.register(main)
