"""The snippets for gateways that can only dial TCP, run for real."""

from gateways import HAProxy, Nginx
from replay import APISIX, Traefik
from wire import ask


class Bridge:
    """A bridge stands between another gateway and the socket; it has no backend of its own."""


class BridgeQuestions:
    """What comes through a bridge, and what must not."""

    def __init__(self, bridge, vault, _, report):
        self.bridge = bridge
        self.vault = vault
        self.report = report
        self.tenant = vault.tenant()

    def decide(self, gateway, token):
        data = gateway.request("POST", token)
        head = data.decode().split("\r\n\r\n")[0].split("\r\n")
        method, target, _ = head[0].split(" ")
        fields = [tuple(line.split(": ", 1)) for line in head[1:]]
        answer = ask(self.bridge.address, method, target, fields)
        return gateway.decision(answer), answer

    def all(self):
        for gateway in (Traefik(), APISIX()):
            decision, answer = self.decide(gateway, self.tenant.token.access)
            said = answer.value("X-Strongroom-Integration")
            self.report.check(f"{gateway.name}: allowed",
                              decision == "allow" and said == self.tenant.integration, decision)
            for name, token in (("no token", ""), ("nonsense", "nonsense")):
                decision, answer = self.decide(gateway, token)
                challenge = answer.value("WWW-Authenticate") or ""
                self.report.check(f"{gateway.name}: {name}",
                                  decision == 401 and challenge.startswith("Bearer"), decision)
        for target in ("/v1/credential", "/v1/verify/batch", "/v1/revoke", "/v1/introspect", "/",
                       "/v1/epoch", "/v1/verify/../credential", "/v1/verify%2f..%2fcredential"):
            fields = [*self.tenant.token.bearer, ("Content-Type", "application/json")]
            answer = ask(self.bridge.address, "POST", target, fields, b"{}")
            closed = answer.status in (400, 403, 404) and b"swordfish" not in answer.body
            self.report.check(f"nothing else: {target}", closed, answer.status)
        self.vault.stop()
        decision, _ = self.decide(Traefik(), self.tenant.token.access)
        self.report.check("the daemon is stopped", decision in (502, 503), decision)
        self.vault.start()


class NginxBridge(Bridge, Nginx):
    name = "bridge-nginx"
    shipped_file = "nginx/bridge.conf"
    questions = BridgeQuestions

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.addresses["127.0.0.1:8081"] = f"127.0.0.1:{self.port}"


class HAProxyBridge(Bridge, HAProxy):
    name = "bridge-haproxy"
    questions = BridgeQuestions

    def command(self):
        self.addresses["127.0.0.1:8081"] = f"127.0.0.1:{self.port}"
        times = "defaults\n    timeout connect 1s\n    timeout client 1s\n    timeout server 1s\n"
        self.write("haproxy.cfg", times + self.shipped("haproxy/bridge.cfg"))
        return ["/usr/sbin/haproxy", "-db", "-f", self.path("haproxy.cfg")]


BRIDGES = (NginxBridge, HAProxyBridge)
