"""The vault's main job as a client does it, noting what was acknowledged."""

from collections.abc import Callable
from typing import Any

from .daemon import Daemon
from .ledger import Ledger, Refused
from .wire import Answer, Client

ORGANIZATIONS = "/v1/operator/organizations"


def new_organization(daemon: Daemon, name: str = "acme") -> Ledger:
    """Makes the organization that a job works in."""
    answer = daemon.admin.ask("POST", ORGANIZATIONS, body={"name": name})
    if answer.status != 201:
        raise Refused("an organization", answer)
    return Ledger(organization=answer.result["token"]["primary"]["access"]["secret"],
                  request_ids=[answer.request_id])


class MainJob:
    """Rounds of the main job over connections of their own; ends with `Silence` or `Refused`."""

    def __init__(self, daemon: Daemon, ledger: Ledger, name: str,
                 before_asking: Callable[[], None] = lambda: None):
        self.ledger = ledger
        self.name = name
        self.before_asking = before_asking
        self.admin = Client(daemon.admin.connection.path)
        self.gateway = Client(daemon.gateway.connection.path)

    def close(self) -> None:
        """Lets the connections go."""
        self.admin.close()
        self.gateway.close()

    def rounds(self, count: int) -> None:
        """One after the other."""
        for number in range(count):
            self.round(f"{self.name}-{number}")

    def round(self, name: str) -> None:
        """A tenant comes, is served, changes its secrets; another one comes and goes."""
        account = self.account(name)
        integration = self.integration(account, name)
        short = self.mint(account, name)
        self.verify(short)
        self.release(short)
        self.replace_credential(integration, name + "-new", [short])
        self.rotate(integration)
        self.reset(integration)
        self.revoke(short)
        self.leave(name + "-leaver")

    def account(self, name: str) -> str:
        """Makes an account."""
        try:
            made = self.manage("POST", "/v1/accounts", {"name": name})
        except Refused:
            self.ledger.absent.add(name)
            raise
        self.ledger.accounts.add(name)
        return made.result["account"]["id"]

    def integration(self, account: str, credential: str) -> "Integration":
        """Makes an integration with a credential and a token."""
        made = Integration(self.manage("POST", f"/v1/integrations/{account}", {
            "name": "tickets", "provider": "jira", "credential": basic(credential)}).result)
        self.ledger.live[made.access] = {credential}
        return made

    def mint(self, account: str, credential: str) -> str:
        """Mints a short-lived token."""
        minted = self.manage("POST", f"/v1/tokens/{account}/tickets", {})
        secret = minted.result["primary"]["access"]["secret"]
        self.ledger.live[secret] = {credential}
        return secret

    def verify(self, secret: str) -> None:
        """As a gateway does for each request."""
        self.ask_gateway("GET", "/v1/verify", secret)

    def release(self, secret: str) -> None:
        """As an adapter does."""
        answer = self.ask_gateway("POST", "/v1/credential", secret)
        if answer.result["secret"] not in self.ledger.live[secret]:
            self.ledger.lies.append("another credential than was stored was released")

    def replace_credential(self, integration: "Integration", credential: str,
                           others: list[str]) -> None:
        """Replaces a credential; from then on only the new one is released."""
        path = f"/v1/credentials/{integration.id}/{integration.credential}"
        with self.ledger.replacing(credential, [integration.access, *others]):
            self.manage("PUT", path, {"credential": basic(credential)})

    def rotate(self, integration: "Integration") -> None:
        """Gets a successor; the old secret goes on working for a while."""
        path = f"/v1/tokens/{integration.token}/rotate"
        renewed = self.manage("PUT", path, {}).result["primary"]["access"]["secret"]
        self.ledger.live[renewed] = self.ledger.live[integration.access]
        integration.older.append(integration.access)
        integration.access = renewed

    def reset(self, integration: "Integration") -> None:
        """Ends every secret that the token has had."""
        ended = [integration.access, *integration.older]
        credentials = self.ledger.live[integration.access]
        with self.ledger.in_doubt(*ended):
            renewed = self.manage("PUT", f"/v1/tokens/{integration.token}/reset", {})
        self.ledger.end(*ended)
        integration.access = renewed.result["primary"]["access"]["secret"]
        integration.older = []
        self.ledger.live[integration.access] = credentials

    def revoke(self, secret: str) -> None:
        """Ends a token by its secret."""
        with self.ledger.in_doubt(secret):
            self.ask_gateway("POST", "/v1/revoke", form="token=" + secret)
        self.ledger.end(secret)

    def leave(self, name: str) -> None:
        """A tenant that goes takes its tokens along."""
        integration = self.integration(self.account(name), name)
        self.delete(name, integration.access)

    def delete(self, name: str, *secrets: str) -> None:
        """Deletes an account, and with it the tokens that it has."""
        self.ledger.accounts.discard(name)
        with self.ledger.in_doubt(*secrets):
            try:
                self.manage("DELETE", f"/v1/accounts/{name}")
            except Refused:
                self.ledger.accounts.add(name)
                raise
        self.ledger.absent.add(name)
        self.ledger.end(*secrets)

    def manage(self, method: str, path: str, body: Any = None) -> Answer:
        """A call of the management API by the organization."""
        self.before_asking()
        return self.accept(f"{method} {path}", self.admin.ask(
            method, path, self.ledger.organization, body))

    def ask_gateway(self, method: str, path: str, bearer: str | None = None,
                    form: str | None = None) -> Answer:
        """A call over the gateway's socket by whoever has the token."""
        self.before_asking()
        return self.accept(path, self.gateway.ask(method, path, bearer, form=form))

    def accept(self, question: str, answer: Answer) -> Answer:
        """What was said yes to must have its record, for ever."""
        if not 200 <= answer.status < 300:
            raise Refused(question, answer)
        self.ledger.request_ids.append(answer.request_id)
        return answer


class Integration:
    """An integration as its making gave it out."""

    def __init__(self, made: Any):
        self.id: str = made["integration"]["id"]
        self.credential: str = made["integration"]["credential_id"]
        self.token: str = made["token"]["id"]
        self.access: str = made["token"]["primary"]["access"]["secret"]
        self.older: list[str] = []


def basic(secret: str) -> dict[str, str]:
    """A credential with a user's name and a secret."""
    return {"type": "basic", "username": "robot", "secret": secret}
