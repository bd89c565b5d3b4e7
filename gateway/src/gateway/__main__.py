"""`python -m gateway`: serve, purge, routes."""

from gateway.cli import main

if __name__ == "__main__":
    main()
