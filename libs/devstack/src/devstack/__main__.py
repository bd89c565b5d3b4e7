"""`python -m devstack` is `pydotorg`."""

from devstack.cli import main

main()
