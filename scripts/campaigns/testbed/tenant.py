"""What a tenant may think of: any call of the management and gateway sockets, from a seed."""

import random
import re
from collections.abc import Callable, Sequence
from typing import Any

from .daemon import Vault
from .transcript import Line, Told

ID = re.compile(r'"((?:org|acc|int|ipt|crd|tok|mem|rol)_[0-9A-Za-z]{22})"')
SECRET = re.compile(r'"(sr[oair]_[0-9A-Za-z]{66})"')
NAMES = ("alpha", "beta", "gamma", "desk", "person")
SETS = ("administrator", "viewer", "account-manager", "connect-ui", "token-issuer")
CREDENTIAL = {"type": "basic", "username": "robot", "secret": "xyzzy"}
OPERATORS = "/v1/operator/organizations"
# First what the rest needs.
OPENING = 10


class Tenant:
    """One organization, whose calls follow from its seed and from its own answers alone."""

    def __init__(self, vault: Vault, name: str, seed: int):
        self.random = random.Random(seed)
        self.name = name
        self.admin = Line(str(vault.run / "admin.sock"))
        self.gateway = Line(str(vault.run / "gateway.sock"))
        self.ids: list[str] = []
        self.secrets: list[str] = []
        # Ids that others have; they are asked for in vain.
        self.strangers: Sequence[str] = ()
        # The organization's own token: without it there would be nothing more to be seen.
        self.kept: list[str] = []
        self.steps = 0
        self.good = 0

    def close(self) -> None:
        """Lets the connections go."""
        self.admin.close()
        self.gateway.close()

    def found(self) -> Told:
        """Makes the organization."""
        told = self._learn(self.admin.ask("POST", OPERATORS, body={"name": self.name}))
        self.kept = [one for one in self.ids if one.startswith("tok")] + self.secrets
        return told

    def step(self) -> Told:
        """One call, and what is learned from it."""
        calls = self.calls()
        number = self.steps if self.steps < OPENING else self.random.randrange(len(calls))
        self.steps += 1
        return self._learn(calls[number]())

    def _learn(self, told: Told) -> Told:
        self.good += 200 <= told.status < 300
        self.ids += [one for one in ID.findall(told.text) if one not in self.ids]
        self.secrets += [one for one in SECRET.findall(told.text) if one not in self.secrets]
        return told

    def calls(self) -> list[Callable[[], Told]]:
        """Everything but log-ons, which wait by peer, and what is the gateways' or operators'."""
        manage, path, name = self.manage, self.path, self.pick(NAMES)
        return [
            lambda: manage("POST", "/v1/accounts", {"name": name}),
            lambda: manage("POST", "/v1/integration-points",
                           {"name": name, "connector": "ticketing"}),
            lambda: manage("POST", path("/v1/integrations", "acc"), {
                "name": name, "provider": "jira", "credential": CREDENTIAL}),
            lambda: manage("POST", path("/v1/credentials", "acc"),
                           {"name": name, "credential": CREDENTIAL}),
            lambda: manage("POST", "/v1/members", {"name": name}),
            lambda: manage("POST", "/v1/roles", {"name": name, "permission_set": "viewer"}),
            lambda: manage("POST", "/v1/tokens", {"permission_set": self.pick(SETS)}),
            lambda: manage("POST", path("/v1/accounts", "acc") + "/tokens",
                           {"permission_set": self.pick(SETS)}),
            lambda: manage("POST", path("/v1/tokens", "acc", "int"), {}),
            lambda: manage("POST", path("/v1/members", "mem") + "/tokens", {}),
            *self.readings(), *self.changes(), *self.gateways(),
        ]

    def readings(self) -> list[Callable[[], Told]]:
        """Lists in an order that does not follow from ids, which are drawn at random."""
        manage, path = self.manage, self.path
        direction = self.pick(("asc", "desc"))
        order = f"?limit={self.random.randint(1, 20)}&order=created_at[{direction}]"
        return [
            *(lambda where=where: manage("GET", f"/v1/{where}{order}") for where in (
                "accounts", "integration-points", "integrations", "members", "roles", "tokens")),
            lambda: manage("GET", path("/v1/integrations", "acc") + order),
            lambda: manage("GET", path("/v1/credentials", "acc") + order),
            lambda: manage("GET", "/v1/organization"),
            lambda: manage("GET", "/v1/audit?limit=10"),
            lambda: manage("GET", path("/v1/accounts", "acc")),
            lambda: manage("GET", path("/v1/accounts", "acc") + "/sealing-key"),
            lambda: manage("GET", path("/v1/integrations", "acc", "int")),
            lambda: manage("GET", path("/v1/integration-points", "ipt")),
            lambda: manage("GET", path("/v1/credentials", "acc", "crd")),
            lambda: manage("GET", path("/v1/tokens", "tok")),
            lambda: manage("GET", path("/v1/tokens", "tok") + "/impact"),
            lambda: manage("GET", path("/v1/members", "mem")),
            lambda: manage("GET", path("/v1/roles", "rol")),
            lambda: manage("GET", "/v1/providers/jira"),
            lambda: manage("GET", "/v1/permissionsets/viewer"),
        ]

    def changes(self) -> list[Callable[[], Told]]:
        """What changes or ends something."""
        manage, path = self.manage, self.path
        renamed = {"fullname": f"Renamed {self.random.randint(0, 9)}"}
        return [
            *(lambda where=where, kind=kind: manage("PATCH", path(f"/v1/{where}", kind), renamed)
              for where, kind in (("accounts", "acc"), ("integration-points", "ipt"),
                                  ("members", "mem"), ("roles", "rol"))),
            lambda: manage("PATCH", path("/v1/integrations", "acc", "int"), renamed),
            lambda: manage("PUT", path("/v1/credentials", "acc", "crd"),
                           {"credential": CREDENTIAL}),
            *(lambda what=what: manage("PUT", path("/v1/tokens", "tok") + what, {})
              for what in ("/refresh", "/rotate", "/reset")),
            *(lambda where=where, kinds=kinds: manage("DELETE", path(f"/v1/{where}", *kinds))
              for where, kinds in (
                  ("accounts", ["acc"]), ("integrations", ["acc", "int"]), ("tokens", ["tok"]),
                  ("integration-points", ["ipt"]), ("credentials", ["acc", "crd"]),
                  ("members", ["mem"]), ("roles", ["rol"]))),
            lambda: manage("DELETE", path("/v1/tokens", "tok") + "/secondary?force=true"),
        ]

    def gateways(self) -> list[Callable[[], Told]]:
        """What is asked with this tenant's tokens at a gateway."""
        ask, secret = self.gateway.ask, self.secret
        return [
            *[lambda: ask("GET", "/v1/verify", secret("sri"))] * 3,
            lambda: ask("GET", "/v1/verify?account=" + self.id("acc"), secret()),
            lambda: ask("POST", "/v1/verify/batch",
                        body={"tokens": [{"token": secret()} for _ in range(4)]}),
            lambda: ask("POST", "/v1/introspect", body="token=" + secret()),
            lambda: ask("POST", "/v1/revoke", body="token=" + self.pick(
                [one for one in self.secrets if one not in self.kept] or ["nobody"])),
            *[lambda: ask("POST", "/v1/credential", secret("sri"))] * 3,
        ]

    def manage(self, method: str, target: str, body: Any = None) -> Told:
        """By the organization most of the time: what others may do is mostly less."""
        bearer = self.secret() if self.chance(5) else self.secrets[0]
        # The same key again and again: an answer that comes again must be this tenant's.
        key = {"Idempotency-Key": f"again-{self.random.randint(0, 2)}"}
        return self.admin.ask(method, target, bearer, body, key if self.chance(6) else None)

    def path(self, start: str, *kinds: str) -> str:
        """Goes on with ids, or names, of things of these kinds."""
        return "/".join([start, *(self.reference(kind) for kind in kinds)])

    def reference(self, kind: str) -> str:
        """An own id most of the time, else a name or a stranger's."""
        if self.chance(6):
            return self.pick(NAMES)
        if self.chance(6) and self.strangers:
            return self.pick(self.strangers)
        return self.id(kind)

    def id(self, kind: str) -> str:
        """One of the own ids."""
        return self.pick([one for one in self.ids
                          if one.startswith(kind) and one not in self.kept] or ["nobody"])

    def secret(self, kind: str = "sr") -> str:
        """One of the own secrets; the newest ones are more likely to live."""
        fitting = [one for one in self.secrets if one.startswith(kind)] or self.secrets
        return self.pick(fitting[-4:])

    def chance(self, count: int) -> bool:
        """Once in so many times."""
        return self.random.randrange(count) == 0

    def pick(self, choices: Sequence[str]) -> str:
        """Any of them."""
        return self.random.choice(choices)
