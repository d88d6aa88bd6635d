"""A vault of its own with a real daemon, and what the tests need to be in it."""

import json
import os
import signal
import subprocess
import time

from wire import Silence, ask


class Token:
    """A token as its minting gave it out."""

    def __init__(self, value):
        self.id = value["id"]
        self.access = value["primary"]["access"]["secret"]
        self.refresh = value["primary"]["refresh"]["secret"]
        self.bearer = [("Authorization", "Bearer " + self.access)]


class Vault:
    """`strongroomd` on a directory of its own, spoken to over its two sockets."""

    def __init__(self, programs, work, *flags):
        self.programs = programs
        self.work = work
        self.flags = flags
        self.run = os.path.join(work, "run")
        self.gateway = os.path.join(self.run, "gateway.sock")
        self.admin = os.path.join(self.run, "admin.sock")
        self.data = os.path.join(work, "data")
        self.unseal = "key-file:" + os.path.join(work, "master.key")
        self.process = None
        self.names = 0
        command = [f"{programs}/strongroom", "init", "--data", self.data, "--unseal", self.unseal]
        subprocess.run(command, check=True, capture_output=True)

    def start(self):
        log = open(os.path.join(self.work, "strongroomd.log"), "ab")
        command = [f"{self.programs}/strongroomd", "--data", self.data, "--run", self.run,
                   "--unseal", self.unseal, *self.flags]
        self.process = subprocess.Popen(command, stderr=log)
        log.close()
        for _ in range(400):
            try:
                if ask(self.gateway, "GET", "/healthz").status == 200:
                    break
            except Silence:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.025)
        else:
            raise RuntimeError("the daemon does not serve")
        if self.process.poll() is not None:
            raise RuntimeError("the daemon ended: " + open(log.name, encoding="utf-8").read())
        # A gateway's workers run as another user; who may ask is the peers' list, not this test.
        os.chmod(self.run, 0o755)
        os.chmod(self.gateway, 0o666)

    def stop(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            self.process.wait()
            self.process = None

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def call(self, method, path, body=None, token=None):
        fields = list(token.bearer) if token else []
        payload = b""
        if body is not None:
            payload = json.dumps(body).encode()
            fields.append(("Content-Type", "application/json"))
        answer = ask(self.admin, method, path, fields, payload)
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.body!r}")
        return answer.json["result"]

    def name(self, noun):
        self.names += 1
        return f"{noun}-{self.names}"

    def tenant(self, credential=None, provider="jira"):
        return Tenant(self, credential, provider)

    def revoke(self, token):
        fields = [("Content-Type", "application/x-www-form-urlencoded")]
        body = ("token=" + token.access).encode()
        return ask(self.gateway, "POST", "/v1/revoke", fields, body).status == 200

    def events(self, **wanted):
        """The newest 1000 events whose members are as wanted."""
        found = self.call("GET", "/v1/operator/audit?limit=1000&order=seq%5Bdesc%5D")
        return [event for event in found
                if all(event[name] == value for name, value in wanted.items())]


class Tenant:
    """An organization with one account and one integration in it."""

    BASIC = {"type": "basic", "username": "robot", "secret": "swordfish"}

    def __init__(self, vault, credential, provider):
        self.vault = vault
        made = vault.call("POST", "/v1/operator/organizations", {"name": vault.name("org")})
        self.organization = made["organization"]["id"]
        self.owner = Token(made["token"])
        made = vault.call("POST", "/v1/accounts", {"name": "tenant"}, self.owner)
        self.account = made["account"]["id"]
        self.integration, self.token = self.integrate(credential or self.BASIC, provider)

    def integrate(self, credential, provider="jira"):
        body = {"name": self.vault.name("int"), "provider": provider}
        if credential:
            body["credential"] = credential
        made = self.vault.call("POST", f"/v1/integrations/{self.account}", body, self.owner)
        return made["integration"]["id"], Token(made["token"])

    def mint(self):
        """A short-lived token of the integration."""
        path = f"/v1/tokens/{self.account}/{self.integration}"
        return Token(self.vault.call("POST", path, {}, self.owner))

    def set_state(self, state):
        path = f"/v1/integrations/{self.account}/{self.integration}"
        self.vault.call("PATCH", path, {"state": state}, self.owner)

    @property
    def identity(self):
        """What the identity headers must say of the integration's own token."""
        return {"organization": self.organization, "account": self.account,
                "integration": self.integration}
