"""What one tenant is told over the daemon's sockets, in words that two runs can be compared by."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from .wire import UnixConnection

# Drawn at random, or told by the clock: the n-th of its kind that was seen stands for each.
CHANCE = re.compile(
    r"(?P<secret>\bsr[oair]_[0-9A-Za-z]{66}\b)"
    r"|(?P<id>\b(?:org|acc|int|ipt|crd|tok|mem|rol|req)_[0-9A-Za-z]{22}\b)"
    r'|(?P<key>(?<="public_key":")[^"]+|(?<="key_id":")[^"]+)'
    r'|(?P<number>(?<="seq":)\d+)')
# Two clock readings may be equal or not: only that there is one can be compared.
TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"
                  r'|(?<="exp":)\d+|(?<="iat":)\d+|(?<="token_expires":)\d+'
                  r"|(?<=^Date: ).*(?= GMT$)")
# The gateways', who speak for all tenants and do not pass it on: it goes up with whatever ends
# anywhere.
BY_DESIGN = ("X-Strongroom-Epoch",)


@dataclass
class Told:
    """One answer as it came."""

    status: int
    reason: str
    fields: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        """The body."""
        return self.body.decode(errors="backslashreplace")


class Line:
    """One connection to a socket."""

    def __init__(self, path: str):
        self.connection = UnixConnection(path, timeout=60.0)

    def ask(self, method: str, target: str, bearer: str | None = None, body: Any = None,
            headers: dict[str, str] | None = None) -> Told:
        """A document as it is, a form as a text."""
        sent = dict(headers or {})
        content = body if isinstance(body, str) else None if body is None else json.dumps(body)
        if bearer is not None:
            sent["Authorization"] = "Bearer " + bearer
        if content is not None:
            sent["Content-Type"] = ("application/x-www-form-urlencoded" if isinstance(body, str)
                                    else "application/json")
        self.connection.request(method, target, content, sent)
        answer = self.connection.getresponse()
        return Told(answer.status, answer.reason, answer.getheaders(), answer.read())

    def close(self) -> None:
        """Lets the connection go."""
        self.connection.close()


@dataclass
class Names:
    """First seen, first named; everything that is no chance's stays as it is, byte for byte."""

    hidden: tuple[str, ...] = BY_DESIGN
    known: dict[str, str] = field(default_factory=dict)

    def of(self, told: Told) -> str:
        """The whole answer, with its fields in their order."""
        lines = [f"{told.status} {told.reason}"]
        for name, value in told.fields:
            if name in self.hidden:
                value = "*"
            elif name == "Content-Length" and int(value) == len(told.body):
                # As long as the body is, whose numbers may have more digits or fewer.
                value = "right"
            lines.append(self.masked(f"{name}: {value}"))
        return "\n".join([*lines, "", self.masked(told.text)])

    def masked(self, text: str) -> str:
        """The text with names in it."""
        return TIME.sub("<time>", CHANCE.sub(self._name, text))

    def _name(self, match: re.Match[str]) -> str:
        kind = f"{match.lastgroup} {match[0].partition('_')[0]}" if match.lastgroup in (
            "secret", "id") else str(match.lastgroup)
        return self.known.setdefault(match[0], f"<{kind} {len(self.known)}>")
