"""`python -m devstack.mailbox`: take mails over SMTP and show them until told to end."""

import uvicorn

from devstack.mailbox.app import create_app
from devstack.mailbox.settings import Settings


def main() -> None:
    """Show at PYDOTORG_HOST and PYDOTORG_PORT, take at PYDOTORG_SMTP_PORT."""
    settings = Settings()
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
