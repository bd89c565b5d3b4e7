"""The site: pages and public API composed from the services, and cached."""
