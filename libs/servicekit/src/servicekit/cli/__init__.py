"""The commands of a service: `python -m <service> …`.

Each module here is one group of commands and adds itself to the service's with `register`.
"""

from __future__ import annotations

import rich_click as click

from servicekit.cli import documents, messages, migrate, parked, serve, topology, work
from servicekit.messaging.maintenance import maintained
from servicekit.service import Service

#: What every service has, in the order of the help text.
GROUPS = (serve, migrate, work, messages, parked, topology, documents)


def service_cli(service: Service) -> click.Group:
    """Make the command line of `service`."""
    service = maintained(service)

    @click.group(name=service.name, help=f"{service.title}: {service.description}")
    @click.version_option(service.version, prog_name=service.name)
    def group() -> None: ...

    for module in GROUPS:
        module.register(group, service)
    return group
