"""`python -m devstack.traces`: receive and show traces until told to end."""

import uvicorn

from devstack.traces.app import create_app
from devstack.traces.settings import Settings


def main() -> None:
    """Serve on PYDOTORG_HOST and PYDOTORG_PORT (127.0.0.1:4318 unless told)."""
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
