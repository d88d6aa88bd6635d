"""nginx swaps the caller's token for the provider's credential: the backend sees nothing else."""

from cases import Questions, folded, identity


class Injection(Questions):
    """Rule 6 with a real gateway and a real backend."""

    def sees(self, name, answer, authorization):
        headers = answer.json["headers"] if answer.status == 200 else []
        text = str(headers)
        is_good = (folded(headers).get("authorization") == [authorization]
                   and identity(headers) == {}
                   and not any(secret in text for secret in (self.token.access, "sri_", "evil")))
        self.report.check(name, is_good, answer.status if is_good else answer.body[:300])

    def all(self):
        basic = "Basic cm9ib3Q6c3dvcmRmaXNo"
        self.sees("basic", self.ask(), basic)
        self.sees("basic, POST with a body", self.ask("POST", body=b"x" * 3000), basic)
        for kind, provider in (("token", "jira"), ("secret", "armis")):
            secret = {"type": kind, "secret": "opensesame-" + kind}
            _, self.token = self.tenant.integrate(secret, provider)
            self.sees(kind, self.ask(), "Bearer opensesame-" + kind)
        evil = [("X-Strongroom-Upstream-Authorization", "Basic ZXZpbA=="),
                ("X-Strongroom-Account", "evil"), ("Proxy-Authorization", "Basic eA==")]
        self.tenant.integration, self.token = self.tenant.integrate(self.tenant.BASIC)
        self.sees("the client's own copies", self.ask(fields=evil + self.token.bearer), basic)
        released = self.vault.events(event="credential.release", outcome="allow")
        detail = f"{len(released)} events"
        self.report.check("each is recorded as a release", len(released) == 5, detail)
        self.redirects()
        self.denied("no token", (401,), "Bearer", fields=[])
        self.denied("no token but the client's own header", (401,), fields=evil)
        self.denied("an organization's token", (403,), fields=self.tenant.owner.bearer)
        self.endings()
        self.denied_types()
        self.outages()

    def allowed(self, name, answer, more=True):
        self.report.check(name, answer.status == 200 and more, answer.status)

    def denied_types(self):
        keys = {"type": "aws", "access_key_id": "AKIA", "secret_access_key": "evil"}
        _, token = self.tenant.integrate(keys, "aws_s3")
        self.denied("a type that fits no header", (403,), fields=token.bearer)
        _, token = self.tenant.integrate(None)
        self.denied("no credential", (403,), fields=token.bearer)
