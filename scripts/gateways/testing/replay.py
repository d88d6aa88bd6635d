"""The exact requests of gateways that Debian does not have, judged by those gateways' own rules.

Method, path, fields and framing are as their sources write them; each class says where that is.
"""

import os
import re
import time

from gateways import SHIPPED
from wire import Connection, Silence, request_bytes

PATH = "/v2/things?limit=5&level=organization"
BODY = b'{"name": "x"}'


class Forward:
    """A gateway that asks with a request of its own and goes by the answer's status."""

    name = ""
    # The shipped file that makes the gateway ask so, and the line of it.
    shipped = None
    # Answers that it takes longer than this for are no answers.
    seconds = 1.0
    # What the client is shown for a token that is too narrow.
    narrow = 403

    def request(self, method, token, body=b""):
        raise NotImplementedError

    def decision(self, answer):
        """`allow`, or the status that the client is shown."""
        return "allow" if 200 <= answer.status < 300 else answer.status

    def client(self, token):
        return [("Authorization", "Bearer " + token)] if token else []


class Envoy(Forward):
    """ext_authz over HTTP: source/extensions/filters/common/ext_authz/ext_authz_http_impl.cc."""

    name = "envoy"
    prefix = "/v1/verify?level=integration&client_uri="
    shipped = ("envoy/envoy.yaml", f'path_prefix: "{prefix}"')
    seconds = 0.2

    def request(self, method, token, body=b"", path=PATH, more=()):
        # async_client_impl.cc adds the two x- fields; without with_request_body there is no body.
        fields = [("host", "api.example"), ("content-length", str(len(body)))]
        fields += [(name.lower(), value) for name, value in self.client(token)]
        fields += [("x-envoy-internal", "true"), ("x-forwarded-for", "10.0.0.9"),
                   ("x-envoy-expected-rq-timeout-ms", "200"), *more]
        return request_bytes(method, self.prefix + path, fields, body)

    def decision(self, answer):
        if answer.status == 200:
            return "allow"
        return 403 if answer.status >= 500 else answer.status


class EnvoyWithBody(Envoy):
    """The same with with_request_body: the client's body follows."""

    name = "envoy, with_request_body"

    def request(self, method, token, body=b"", path=PATH, more=()):
        return super().request(method, token, body or BODY, path, more)


class Traefik(Forward):
    """ForwardAuth: pkg/middlewares/auth/forward.go, over Go's net/http."""

    name = "traefik"
    shipped = ("traefik/strongroom.yml", ':8081/v1/verify?level=integration"')
    method = "GET"

    def request(self, method, token, body=b""):
        fields = [("Host", "127.0.0.1:8081"), ("User-Agent", "client/1.0"), ("Accept", "*/*"),
                  *self.client(token), ("X-Forwarded-For", "203.0.113.7"),
                  ("X-Forwarded-Host", "api.example"), ("X-Forwarded-Method", method),
                  ("X-Forwarded-Proto", "https"), ("X-Forwarded-Uri", PATH),
                  ("Accept-Encoding", "gzip")]
        return request_bytes(self.method, "/v1/verify?level=integration", fields)


class TraefikBody(Traefik):
    """The same with forwardBody and preserveRequestMethod: the body comes in chunks."""

    name = "traefik, forwardBody"

    def request(self, method, token, body=b""):
        self.method = method
        head = super().request(method, token)
        if not body:
            return head
        framed = head[:-4] + b"\r\nTransfer-Encoding: chunked\r\n\r\n"
        return framed + f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"


class APISIX(Forward):
    """forward-auth: apisix/plugins/forward-auth.lua, over lua-resty-http."""

    name = "apisix"
    shipped = ("apisix/apisix.yaml", ':8081/v1/verify?level=integration"')
    method = "GET"

    def client(self, token):
        """What is left for the question, which is asked in the phase `access`, after `rewrite`."""
        with open(os.path.join(SHIPPED, self.shipped[0]), encoding="utf-8") as file:
            plugins = re.split(r"^ {6}(?=\S+:$)", file.read(), flags=re.MULTILINE)
        early = [plugin for plugin in plugins
                 if plugin.startswith("proxy-rewrite:") or "phase: rewrite" in plugin]
        is_left = not any("Authorization" in plugin for plugin in early)
        return super().client(token) if is_left else []

    def request(self, method, token, body=b""):
        fields = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Method", method),
                  ("X-Forwarded-Host", "api.example"), ("X-Forwarded-Uri", PATH),
                  ("X-Forwarded-For", "203.0.113.7"), *self.client(token),
                  ("Host", "127.0.0.1:8081"),
                  ("User-Agent", "lua-resty-http/0.17.1 (Lua) ngx_lua/10026")]
        if body and self.method == "POST":
            fields.append(("Content-Length", str(len(body))))
        return request_bytes(self.method, "/v1/verify?level=integration", fields,
                             body if self.method == "POST" else b"")

    def decision(self, answer):
        return "allow" if answer.status < 300 else answer.status


class APISIXPost(APISIX):
    """The same with `request_method: POST`: the client's body and length are passed on."""

    name = "apisix, POST"
    method = "POST"


class KongExternalAuth(Forward):
    """The external-auth plugin: src/handler.lua, over lua-resty-http, with the bridge's own URI.

    It passes on all of the client's fields, Content-Length too, with an empty body.
    """

    name = "kong, external-auth"
    narrow = 401

    def request(self, method, token, body=b""):
        fields = [("host", "api.example"), ("user-agent", "client/1.0"), ("accept", "*/*"),
                  *[(name.lower(), value) for name, value in self.client(token)]]
        if body:
            fields.append(("content-length", str(len(body))))
        return request_bytes(method, "/v1/verify?level=integration", fields)

    def decision(self, answer):
        return "allow" if answer.status == 200 else 401


class KongFunction(Forward):
    """The function of kong/kong.yml, over lua-resty-http and straight to the socket."""

    name = "kong, pre-function"
    shipped = ("kong/kong.yml", 'path = "/v1/verify?level=integration"')

    def request(self, method, token, body=b""):
        fields = [*self.client(token), ("X-Forwarded-For", "203.0.113.7"), ("Host", "strongroom"),
                  ("User-Agent", "lua-resty-http/0.17.1 (Lua) ngx_lua/10026")]
        return request_bytes("GET", "/v1/verify?level=integration", fields)

    def decision(self, answer):
        return "allow" if answer.status == 200 else answer.status


class NginxDefault(Forward):
    """auth_request as it is without any proxy_set_header: HTTP/1.0, a length and no body."""

    name = "nginx, defaults"

    def request(self, method, token, body=b""):
        fields = [("Host", "strongroom"), ("Connection", "close"), ("User-Agent", "client/1.0"),
                  *self.client(token)]
        if body:
            fields.append(("Content-Length", str(len(body))))
        return request_bytes("GET", "/v1/verify?level=integration", fields, version="1.0")


class HAProxyAuthRequest(Forward):
    """haproxy-auth-request: HEAD with the client's fields, its Transfer-Encoding among them."""

    name = "haproxy-auth-request"

    def request(self, method, token, body=b""):
        fields = [("host", "api.example"), ("user-agent", "client/1.0"),
                  *[(name.lower(), value) for name, value in self.client(token)]]
        if body:
            fields.append(("transfer-encoding", "chunked"))
        return request_bytes("HEAD", "/v1/verify?level=integration", fields)


GATEWAYS = (Envoy, EnvoyWithBody, Traefik, TraefikBody, APISIX, APISIXPost, KongExternalAuth,
            KongFunction, NginxDefault, HAProxyAuthRequest)


class Replay:
    """Plays one gateway's requests to the socket and judges the answers by its rules."""

    def __init__(self, gateway, vault, report):
        self.gateway = gateway
        self.vault = vault
        self.report = report
        self.tenant = vault.tenant()

    def play(self, data, connection=None):
        method = data.split(b" ", 1)[0].decode()
        begin = time.monotonic()
        try:
            if connection:
                connection.send(data)
                answer = connection.answer(method)
            else:
                with Connection(self.vault.gateway) as connection:
                    connection.send(data)
                    answer = connection.answer(method)
        except Silence as silence:
            return None, str(silence)
        if time.monotonic() - begin > self.gateway.seconds:
            return answer, "too late"
        return answer, self.gateway.decision(answer)

    def expect(self, name, wanted, data, connection=None):
        answer, decision = self.play(data, connection)
        detail = f"{decision} (status {answer and answer.status})"
        self.report.check(name, decision == wanted, detail)
        return answer

    def configuration(self):
        """The configuration that is shipped asks as the replay does."""
        if self.gateway.shipped is None:
            return
        name, line = self.gateway.shipped
        with open(os.path.join(SHIPPED, name), encoding="utf-8") as file:
            self.report.check(f"{name} asks so", line in file.read(), line)

    def all(self):
        gateway, token = self.gateway, self.tenant.token
        self.configuration()
        for method, body in (("GET", b""), ("POST", BODY), ("DELETE", b""), ("OPTIONS", b"")):
            answer = self.expect(f"{method} allowed", "allow",
                                 gateway.request(method, token.access, body))
            self.identity(method, answer)
            self.expect(f"{method} without a token", 401, gateway.request(method, "", body))
        self.expect("nonsense", 401, gateway.request("GET", "nonsense"))
        self.expect("a refresh secret", 401, gateway.request("GET", token.refresh))
        self.kept()
        self.expect("too narrow", gateway.narrow, gateway.request("GET", self.tenant.owner.access))
        short = self.tenant.mint()
        self.expect("a token to be revoked", "allow", gateway.request("GET", short.access))
        self.vault.revoke(short)
        self.expect("revoked", 401, gateway.request("GET", short.access))

    def identity(self, method, answer):
        """What the gateway copies into the request to the backend."""
        said = {name: answer and answer.value("X-Strongroom-" + name.title())
                for name in self.tenant.identity}
        empty = answer is not None and answer.body == b"" and answer.value("Content-Length") == "0"
        is_mine = said == self.tenant.identity and empty
        self.report.check(f"{method} tells whose token it is", is_mine)

    def kept(self):
        """Three requests on one connection, as a pool would; or one, where the answer says so."""
        data = self.gateway.request("GET", self.tenant.token.access)
        with Connection(self.vault.gateway) as connection:
            for turn in range(3):
                answer, decision = self.play(data, connection)
                if answer is None or answer.value("Connection") == "close":
                    break
            is_told = answer is not None and (answer.value("Connection") != "close"
                                              or not connection.is_open)
        is_good = decision == "allow" and is_told
        self.report.check("a kept connection", is_good, f"{turn + 1} requests")


def envoy_batch(vault, report):
    """A client behind Envoy cannot have a batch taken for the judgement of its own request."""
    gateway = EnvoyWithBody()
    # Not the prefix that is shipped, which leaves the path alone: the worst that there could be.
    gateway.prefix = "/v1/verify"
    replay = Replay(gateway, vault, report)
    token = replay.tenant.token.access
    body = ('{"tokens": [{"token": "' + token + '"}]}').encode()
    more = [("content-type", "application/json")]
    replay.expect("a client's POST to /batch, no token", 401,
                  gateway.request("POST", "", body, "/batch", more))
    replay.expect("a client's POST to /batch, a bad token", 401,
                  gateway.request("POST", "nonsense", body, "/batch", more))
    answer = replay.expect("a client's POST to /batch, its token", "allow",
                           gateway.request("POST", token, body, "/batch", more))
    replay.identity("it", answer)
