"""HTTP/1.1 as it is on the wire: requests are sent byte for byte, answers are read one by one."""

import json
import socket


class Answer:
    """Status, header fields in order, and body of one answer."""

    def __init__(self, status, fields, body):
        self.status = status
        self.fields = fields
        self.body = body

    def values(self, name):
        return [value for key, value in self.fields if key.lower() == name.lower()]

    def value(self, name):
        values = self.values(name)
        return values[0] if len(values) == 1 else None

    @property
    def json(self):
        return json.loads(self.body)


class Silence(Exception):
    """No answer within the time-out, or a connection that ended without one."""


def request_bytes(method, target, fields=(), body=b"", version="1.1"):
    lines = [f"{method} {target} HTTP/{version}"] + [f"{name}: {value}" for name, value in fields]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Connection:
    """A connection to `(host, port)` or to the path of a Unix socket."""

    def __init__(self, address, seconds=10):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.socket = socket.socket(family)
        self.socket.settimeout(seconds)
        self.received = b""
        try:
            self.socket.connect(address)
        except OSError as error:
            self.socket.close()
            raise Silence(str(error)) from error

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            # Whoever has answered and closed takes no more: the answer is waiting.
            pass

    def more(self):
        try:
            data = self.socket.recv(65536)
        except OSError as error:
            raise Silence(str(error)) from error
        self.received += data
        return data

    def head(self):
        while b"\r\n\r\n" not in self.received:
            if not self.more():
                raise Silence("the connection ended")
        head, _, self.received = self.received.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        fields = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:]]
        return int(lines[0].split(" ")[1]), fields

    def take(self, count):
        while len(self.received) < count:
            if not self.more():
                raise Silence("the body is cut short")
        taken, self.received = self.received[:count], self.received[count:]
        return taken

    def chunks(self):
        body = b""
        while True:
            while b"\r\n" not in self.received:
                if not self.more():
                    raise Silence("a chunk is cut short")
            size, _, self.received = self.received.partition(b"\r\n")
            count = int(size.split(b";")[0], 16)
            body += self.take(count)
            self.take(2)
            if count == 0:
                return body

    def answer(self, method="GET"):
        status, fields = self.head()
        while status < 200 and status != 101:
            status, fields = self.head()
        answer = Answer(status, fields, b"")
        if method == "HEAD" or status in (101, 204, 304):
            return answer
        if answer.value("Transfer-Encoding") == "chunked":
            answer.body = self.chunks()
        elif answer.value("Content-Length") is not None:
            answer.body = self.take(int(answer.value("Content-Length")))
        else:
            while self.more():
                pass
            answer.body, self.received = self.received, b""
        return answer

    @property
    def is_open(self):
        """Whether the other side keeps the connection; nothing may be on its way."""
        self.socket.settimeout(0.2)
        try:
            return self.socket.recv(1, socket.MSG_PEEK) != b""
        except TimeoutError:
            return True
        except OSError:
            return False


def ask(address, method, target, fields=(), body=b"", seconds=10):
    """One request on a connection of its own."""
    with Connection(address, seconds) as connection:
        own = [] if any(name.lower() == "host" for name, _ in fields) else [("Host", "api.example")]
        framed = any(name.lower() in ("content-length", "transfer-encoding") for name, _ in fields)
        if body and not framed:
            own.append(("Content-Length", str(len(body))))
        connection.send(request_bytes(method, target, own + list(fields), body))
        return connection.answer(method)
