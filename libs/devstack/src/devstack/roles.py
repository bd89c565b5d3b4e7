"""The database role of a service."""

from devstack.home import Home
from devstack.servers import Postgres


def role_password(home: Home, service: str) -> str:
    """Return the password of a service's role."""
    return home.secret(f"role {service}")


def database_url(postgres: Postgres, home: Home, service: str) -> str:
    """Return the address of a service's database for its role."""
    return postgres.url(service, service, role_password(home, service))
