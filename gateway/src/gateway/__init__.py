"""The site: pages and public API composed from the services, and cached."""

from importlib.metadata import version

__version__ = version("pydotorg-gateway")
