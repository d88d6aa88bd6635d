"""A real service behind the gateway: it answers with what it saw."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def body(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while count := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(count)
                self.rfile.readline()
            self.rfile.readline()
            return body
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self):
        body = self.body()
        seen = {"method": self.command, "target": self.path, "headers": self.headers.items(),
                "body": body.decode("latin-1")}
        self.server.seen.append(seen)
        if "Upgrade" in self.headers:
            self.change_protocol()
            return
        text = json.dumps(seen).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        if "Redirect-Inside" in self.headers:
            self.send_header("X-Accel-Redirect", self.headers["Redirect-Inside"])
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def change_protocol(self):
        """Whatever the protocol is: from here on nobody between would see a request."""
        self.send_response(101)
        self.send_header("Connection", "Upgrade")
        self.send_header("Upgrade", self.headers["Upgrade"])
        self.end_headers()
        self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer

    def log_message(self, *_):
        """Nothing: what was seen is in the answers."""


class Backend(ThreadingHTTPServer):
    """Serves on a port of its own until it is closed."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        """Nothing: a gateway that lets a connection go is no fault."""

    @property
    def port(self):
        return self.server_address[1]

    def close(self):
        self.shutdown()
        self.server_close()
