"""What a client may see of a gateway that asks Strongroom, and what the backend may."""

import itertools
import re
import threading
import time

from wire import Connection, Silence, ask, request_bytes

IDENTITY = ("organization", "account", "integration", "token", "level", "scope", "connector",
            "provider", "expires", "epoch")


def folded(headers):
    """The backend's view by names as CGI would make them: neither case nor separators count."""
    view = {}
    for name, value in headers:
        view.setdefault(re.sub("[^a-z0-9]", "-", name.lower()), []).append(value)
    return view


def identity(headers):
    """Every identity field that the backend saw, by its short name."""
    prefix = "x-strongroom-"
    view = folded(headers)
    return {name: view[prefix + name] for name in (*IDENTITY, "upstream-authorization")
            if prefix + name in view}


def respelled(name, separators):
    """A name with other separators in the place of its hyphens, three at most."""
    first, *words = name.split("-")
    return first + "".join(separator + word for separator, word in zip(separators, words))


def wanted(gateway, tenant, token):
    said = {**tenant.identity, "token": token.id, "level": "integration", "provider": "jira",
            "connector": "ticketing", "scope": "credentials:use connector:use"}
    return {name: [value] for name, value in said.items() if name in gateway.tells}


class Questions:
    """A client's questions to one gateway, checked one by one."""

    def __init__(self, gateway, vault, backend, report):
        self.gateway = gateway
        self.vault = vault
        self.backend = backend
        self.report = report
        self.tenant = vault.tenant()
        self.token = self.tenant.token

    def ask(self, method="GET", target="/v2/things", fields=None, body=b"", seconds=10):
        fields = self.token.bearer if fields is None else fields
        return ask(self.gateway.address, method, target, fields, body, seconds)

    def is_mine(self, answer, tenant=None, token=None):
        """Allowed, and the backend saw the true identity and no token."""
        if answer.status != 200:
            return False
        headers = answer.json["headers"]
        told = {name: value for name, value in identity(headers).items()
                if name not in ("expires", "epoch")}
        token = token or self.token
        text = str(headers)
        view = folded(headers)
        return (told == wanted(self.gateway, tenant or self.tenant, token)
                and token.access not in text and "authorization" not in view
                and "strongroom" not in str(view.get("connection")).lower())

    def allowed(self, name, answer, more=True):
        is_good = self.is_mine(answer) and more
        self.report.check(name, is_good, answer.status if is_good else answer.body[:300])

    def denied(self, name, statuses, challenge=None, **question):
        reached = len(self.backend.seen)
        begin = time.monotonic()
        answer = self.ask(**question)
        seconds = time.monotonic() - begin
        is_good = answer.status in statuses and len(self.backend.seen) == reached
        if challenge:
            is_good = is_good and challenge in (answer.value("WWW-Authenticate") or "")
        detail = f"{answer.status} {answer.value('WWW-Authenticate') or ''}"
        self.report.check(name, is_good, f"{detail} ({seconds * 1000:.0f} ms)")

    # The questions.

    def allowances(self):
        self.allowed("allowed", self.ask())
        answer = self.ask(target="/v2/things?level=organization&permission=tokens%3Areset&a=b")
        is_whole = answer.status == 200 and answer.json["target"].endswith("tokens%3Areset&a=b")
        self.allowed("a query of the client's own changes nothing", answer, is_whole)
        body = b"x" * 3000
        answer = self.ask("POST", body=body)
        self.allowed("POST with a body", answer, answer.body.count(b"x") >= 3000)
        fields = self.token.bearer + [("Transfer-Encoding", "chunked")]
        answer = self.ask("POST", fields=fields, body=b"5\r\nhello\r\n0\r\n\r\n")
        is_whole = answer.status == 200 and answer.json["body"] == "hello"
        self.allowed("POST in chunks", answer, is_whole)
        for method in ("PUT", "DELETE", "OPTIONS"):
            answer = self.ask(method)
            self.allowed(method, answer, answer.status == 200 and answer.json["method"] == method)
        answer = self.ask("HEAD")
        seen = self.backend.seen[-1]
        is_good = answer.status == 200 and answer.body == b"" and seen["method"] == "HEAD"
        self.report.check("HEAD", is_good, answer.status)

    def denials(self):
        other = self.vault.tenant().token.access
        unknown = self.token.access[:21] + other[21:]
        self.denied("no token", (401,), "Bearer", fields=[])
        for name, text in (("a text that is no token", "nonsense"), ("a wrong secret", unknown),
                           ("a refresh secret", self.token.refresh), ("an empty token", "")):
            self.denied(name, (401,), fields=[("Authorization", "Bearer " + text)])
        self.denied("another scheme", (401,), fields=[("Authorization", "Basic cm9ib3Q6eA==")])
        self.denied("a token too narrow", (403,), fields=self.tenant.owner.bearer)
        self.denied("a token too narrow, POST", (403,), method="POST", body=b"x" * 3000,
                    fields=self.tenant.owner.bearer)
        twice = self.token.bearer + self.tenant.owner.bearer
        self.denied("two credentials", (400, 401), fields=twice)
        self.denied("a token in the query", (401,), fields=[],
                    target="/v2/things?access_token=" + self.token.access)
        self.denied("POST without a token", (401,), method="POST", fields=[], body=b"x" * 3000)

    def spoofing(self):
        evil = [("X-Strongroom-" + name.title(), "evil") for name in IDENTITY]
        evil += [("X-Strongroom-Upstream-Authorization", "Basic ZXZpbDpldmls")]
        self.allowed("the client's own identity headers", self.ask(fields=evil + self.token.bearer))
        for change in (str.upper, str.lower):
            fields = [(change(name), value) for name, value in evil] + self.token.bearer
            self.allowed(f"the same in {change.__name__} case", self.ask(fields=fields))
        twice = evil + self.token.bearer + evil
        self.allowed("the same twice", self.ask(fields=twice))
        for separators in itertools.product(self.gateway.separators, repeat=3):
            fields = [(respelled(name, separators), value) for name, value in evil]
            self.useless(f"the same as {fields[-1][0]}", fields)
        # A proxy takes away what Connection names, at the end.
        names = ", ".join(name for name, _ in evil)
        self.useless("Connection names them", [("Connection", "close, " + names)])
        self.useless("the second Connection names one",
                     [("Connection", "close"), ("Connection", "x-strongroom-account")])
        claimed = [("X-Forwarded-For", "203.0.113.9"), ("X-Original-URI", "/v1/public"),
                   ("X-Forwarded-Uri", "/healthz"), ("X-Forwarded-Method", "OPTIONS")]
        self.denied("headers that claim another request", (401,), fields=claimed)

    def useless(self, name, fields):
        """Fields that change nothing; refused as a whole is as good."""
        answer = self.ask(fields=fields + self.token.bearer)
        is_good = answer.status == 400 or self.is_mine(answer)
        self.report.check(name, is_good, answer.status if is_good else answer.body[:300])

    def upgrades(self):
        """Behind a change of protocol there would be no requests to ask about."""
        for protocol in ("h2c", "websocket", "TLS/1.2"):
            fields = [("Connection", "Upgrade"), ("Upgrade", protocol),
                      ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), *self.token.bearer]
            self.allowed(f"no upgrade to {protocol}", self.ask(fields=fields))

    def redirects(self):
        """A backend that sends the gateway to its own question: the answer is not for clients."""
        fields = [("Redirect-Inside", "/_strongroom"), *self.token.bearer]
        answer = self.ask(fields=fields)
        told = [name for name, _ in answer.fields if name.lower().startswith("x-strongroom")]
        is_good = answer.status == 200 and answer.body != b"" and not told
        self.report.check("the backend redirects to the question", is_good, told or answer.status)

    def mixing(self):
        """Two tenants' requests by turns on kept connections: nobody gets another's identity."""
        other = self.vault.tenant()
        right, wrong = [], []

        def client():
            with Connection(self.gateway.address) as connection:
                for turn in range(25):
                    tenant = (self.tenant, other)[turn % 2]
                    fields = [("Host", "api.example")] + tenant.token.bearer
                    connection.send(request_bytes("GET", "/", fields))
                    answer = connection.answer()
                    is_mine = self.is_mine(answer, tenant, tenant.token)
                    (right if is_mine else wrong).append(answer.body)

        threads = [threading.Thread(target=client) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # A client that is not answered ends with what it has got.
        detail = f"{len(right)} right and {len(wrong)} wrong of 100"
        is_good = len(right) == 100 and not wrong
        self.report.check("two tenants by turns, 4 connections", is_good, detail)

    def until_denied(self, bearer):
        """Seconds until the gateway no longer lets a token through."""
        begin = time.monotonic()
        while time.monotonic() - begin < self.gateway.keeps + 5:
            answer = self.ask(fields=bearer)
            if answer.status != 200:
                return answer.status, time.monotonic() - begin
            time.sleep(0.005 if self.gateway.keeps == 0 else 0.05)
        return 200, time.monotonic() - begin

    def endings(self):
        token = self.tenant.mint()
        is_good = self.ask(fields=token.bearer).status == 200 and self.vault.revoke(token)
        status, seconds = self.until_denied(token.bearer)
        is_good = is_good and status == 401 and seconds < self.gateway.keeps + 2
        if self.gateway.keeps == 0:
            is_good = is_good and seconds < 1
        self.report.check("revoked", is_good, f"{status} after {seconds * 1000:.0f} ms")
        self.ask()
        self.tenant.set_state("disabled")
        status, seconds = self.until_denied(self.token.bearer)
        is_good = status == 401 and seconds < self.gateway.keeps + 2
        self.report.check("disabled", is_good, f"{status} after {seconds * 1000:.0f} ms")
        self.tenant.set_state("enabled")
        self.allowed("enabled again", self.ask())

    def outages(self):
        # Tokens that nobody has asked for yet: an answer that is kept tells nothing of an outage.
        fresh = [self.tenant.mint().bearer for _ in range(4)]
        refused = self.gateway.unavailable
        self.vault.pause()
        try:
            self.denied("the daemon is slow", refused, fields=fresh[0], seconds=30)
        finally:
            self.vault.resume()
        self.report.check("it goes on", self.settled(fresh[0]), "allowed")
        self.vault.stop()
        self.denied("the daemon is stopped", refused, fields=fresh[1])
        self.vault.start()
        self.report.check("the daemon is started again", self.settled(fresh[2]), "allowed")

    def settled(self, bearer):
        """Whether the gateway lets a good token through again, within a second."""
        for _ in range(20):
            try:
                if self.ask(fields=bearer).status == 200:
                    return True
            except Silence:
                pass
            time.sleep(0.05)
        return False

    def all(self):
        self.allowances()
        self.denials()
        self.spoofing()
        self.upgrades()
        self.redirects()
        self.mixing()
        self.endings()
        self.outages()
