"""Lets tools that can only dial TCP reach Unix sockets: a port of the loopback interface for each.

Usage: bridge.py SOCKET...
Prints the ports, one a line and in order, and serves until it is ended.
"""

import socket
import socketserver
import sys
import threading


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Passes bytes on until there are no more, and then says so to the other side."""
    try:
        while chunk := source.recv(65536):
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        # One side hung up: nobody waits for the rest.
        pass


class Passage(socketserver.BaseRequestHandler):
    """One connection on its way through."""

    server: "Bridge"

    def handle(self) -> None:
        with socket.socket(socket.AF_UNIX) as inner:
            inner.connect(self.server.path)
            back = threading.Thread(target=pump, args=(inner, self.request), daemon=True)
            back.start()
            pump(self.request, inner)
            back.join()


class Bridge(socketserver.ThreadingTCPServer):
    """A port of the loopback interface that leads to the socket at `path`."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, path: str) -> None:
        super().__init__(("127.0.0.1", 0), Passage)
        self.path = path

    @property
    def port(self) -> int:
        """The port that the system gave it."""
        return self.server_address[1]


def main() -> None:
    """Starts a bridge to each socket."""
    bridges = [Bridge(path) for path in sys.argv[1:]]
    threads = [threading.Thread(target=bridge.serve_forever) for bridge in bridges]
    for bridge in bridges:
        print(bridge.port, flush=True)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


main()
