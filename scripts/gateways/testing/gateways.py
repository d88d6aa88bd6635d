"""Real gateways on the loopback interface, each with the configuration that is shipped for it."""

import os
import shutil
import socket
import subprocess
import time

from cases import IDENTITY
from wire import Connection, Silence

SHIPPED = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Gateway:
    """One gateway in front of the backend; only addresses differ from what is shipped."""

    name = program = ""
    files = ()
    # How long an answer may be kept, in seconds; 0 where every request is asked for.
    keeps = 0
    # Which parts of the identity the backend is told.
    tells = IDENTITY
    # What the client's own copies may have between their words, and are taken away all the same.
    separators = "-_.~"
    # What a gateway that cannot ask may tell the client.
    unavailable = (500, 502, 503, 504)
    def __init__(self, work, vault, backend):
        self.work = work
        self.vault = vault
        self.port = free_port()
        self.addresses = {
            "/run/strongroom/gateway.sock": vault.gateway,
            "127.0.0.1:8080": f"127.0.0.1:{self.port}",
            "127.0.0.1:8081": f"127.0.0.1:{free_port()}",
            "127.0.0.1:9000": f"127.0.0.1:{backend.port}",
            ":8080": f":{self.port}",
        }
        self.process = None
        self.log = os.path.join(work, self.name + ".log")

    @classmethod
    def is_installed(cls):
        return shutil.which(cls.program) or os.access("/usr/sbin/" + cls.program, os.X_OK)

    @property
    def address(self):
        return ("127.0.0.1", self.port)

    def path(self, name):
        return os.path.join(self.work, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def shipped(self, name):
        """The shipped file with the addresses of this test; the socket must be in it."""
        with open(os.path.join(SHIPPED, name), encoding="utf-8") as file:
            text = file.read()
        for shipped, here in self.addresses.items():
            text = text.replace(shipped, here)
        return text

    def command(self):
        raise NotImplementedError

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log)
        for _ in range(400):
            try:
                Connection(self.address).socket.close()
                return
            except Silence:
                if self.process.poll() is not None:
                    break
                time.sleep(0.025)
        with open(self.log, encoding="utf-8") as log:
            raise RuntimeError(f"{self.name} does not start:\n{log.read()[-2000:]}")

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Nginx(Gateway):
    name = "nginx"
    program = "nginx"
    shipped_file = "nginx/strongroom.conf"

    def command(self):
        self.write("nginx.conf", f"""
            daemon off; pid {self.path('nginx.pid')}; error_log {self.path('nginx.err')};
            events {{ worker_connections 256; }}
            http {{
                access_log off;
                client_body_temp_path {self.path('t1')}; proxy_temp_path {self.path('t2')};
                fastcgi_temp_path {self.path('t3')}; uwsgi_temp_path {self.path('t4')};
                scgi_temp_path {self.path('t5')};
                include {self.path('strongroom.conf')};
            }}""")
        self.write("strongroom.conf", self.shipped(self.shipped_file))
        return ["/usr/sbin/nginx", "-p", self.work, "-c", self.path("nginx.conf")]


class NginxInject(Nginx):
    name = "nginx-inject"
    shipped_file = "nginx/inject.conf"


class Caddy(Gateway):
    name = "caddy"
    program = "caddy"

    def command(self):
        self.write("Caddyfile", self.shipped("caddy/Caddyfile"))
        return ["env", "HOME=" + self.work, "caddy", "run", "--adapter", "caddyfile", "--config",
                self.path("Caddyfile")]


class HAProxy(Gateway):
    name = "haproxy"
    program = "haproxy"

    def command(self):
        self.addresses["/etc/haproxy/strongroom.lua"] = self.path("strongroom.lua")
        self.write("strongroom.lua", self.shipped("haproxy/strongroom.lua"))
        self.write("haproxy.cfg", self.shipped("haproxy/haproxy.cfg"))
        return ["/usr/sbin/haproxy", "-db", "-f", self.path("haproxy.cfg")]


class Apache(Gateway):
    program = "apache2"
    module = ""
    shipped_file = ""
    modules = ("mpm_event", "authn_core", "authz_core", "headers", "macro", "proxy", "proxy_http")
    libraries = "/usr/lib/apache2/modules"
    # Introspection says no more.
    tells = IDENTITY[:6]
    # It knows no patterns for names.
    separators = "-_"
    unavailable = (401, 500, 503)
    @classmethod
    def is_installed(cls):
        return os.path.exists(f"{cls.libraries}/mod_{cls.module}.so")

    def command(self):
        own = [f"LoadModule {name}_module {self.libraries}/mod_{name}.so"
               for name in (*self.modules, self.module)]
        self.write("apache2.conf", "\n".join([
            f"ServerRoot {self.work}", f"PidFile {self.path('apache.pid')}",
            "ServerName api.example",
            "User nobody", "Group nogroup", f"DefaultRuntimeDir {self.work}",
            f"ErrorLog {self.path('apache.err')}", *own,
            f"Include {self.path('strongroom.conf')}", ""]))
        self.write("strongroom.conf", self.shipped(self.shipped_file))
        return ["/usr/sbin/apache2", "-DFOREGROUND", "-f", self.path("apache2.conf")]


class ApacheOAuth2(Apache):
    name = "apache-oauth2"
    module = "oauth2"
    shipped_file = "apache/oauth2.conf"
    keeps = 5


class ApacheOpenIDC(Apache):
    name = "apache-openidc"
    module = "auth_openidc"
    shipped_file = "apache/openidc.conf"
    modules = (*Apache.modules, "socache_shmcb", "ssl")

    def command(self):
        for name in ("bridge.pem", "bridge.key"):
            self.addresses["/etc/strongroom/" + name] = self.path(name)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
             "/CN=127.0.0.1", "-keyout", self.path("bridge.key"), "-out", self.path("bridge.pem")],
            check=True, capture_output=True)
        return super().command()


GATEWAYS = (Nginx, NginxInject, Caddy, HAProxy, ApacheOAuth2, ApacheOpenIDC)
