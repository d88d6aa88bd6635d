"""HTTP over the daemon's Unix sockets."""

import http.client
import json
import socket
from dataclasses import dataclass
from typing import Any


class Silence(Exception):
    """No answer came: whether the request had an effect is not known."""


@dataclass
class Answer:
    """One answer, with what the asker needs of it."""

    status: int
    request_id: str
    body: bytes

    @property
    def json(self) -> Any:
        """The body as a document; null where there is none."""
        return json.loads(self.body) if self.body else None

    @property
    def result(self) -> Any:
        """What the management API wraps its answers in."""
        return self.json["result"]


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str, timeout: float):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self) -> None:
        """Connects to the path instead of a host."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Client:
    """One peer, whose connection to a socket is kept for as long as it lasts."""

    def __init__(self, path: str, timeout: float = 20.0):
        self.connection = UnixConnection(path, timeout)

    def ask(self, method: str, target: str, bearer: str | None = None, body: Any = None,
            form: str | None = None) -> Answer:
        """Sends one request; `Silence` where the connection ended before the answer did."""
        headers = {}
        content = None
        if bearer is not None:
            headers["Authorization"] = "Bearer " + bearer
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body)
        elif form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            content = form
        try:
            self.connection.request(method, target, content, headers)
            response = self.connection.getresponse()
            return Answer(response.status, response.headers.get("X-Request-Id", ""),
                          response.read())
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            raise Silence(f"{method} {target}: {error!r}") from error

    def close(self) -> None:
        """Lets the connection go."""
        self.connection.close()
