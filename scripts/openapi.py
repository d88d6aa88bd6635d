"""Calls every operation of an OpenAPI description and checks the answers against it."""

import http.client
import json
import re
import socket
import sys
from urllib.parse import quote

import yaml
from openapi_schema_validator import OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

METHODS = {"get", "head", "post", "put", "patch", "delete", "options"}


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=10)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Description:
    """The description, and which of its operations have been called."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.document = yaml.safe_load(file)
        resource = Resource(contents=self.document, specification=DRAFT202012)
        self.registry = Registry().with_resource("urn:api", resource)
        self.operations = {
            operation["operationId"]: (method, template, operation)
            for template, item in self.document["paths"].items()
            for method, operation in item.items()
            if method in METHODS
        }
        self.called = set()

    def resolve(self, node):
        while "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def faults(self, schema, value):
        # References are to the whole document, whatever part of it a schema is.
        rooted = json.loads(json.dumps(schema).replace('"#/', '"urn:api#/'))
        validator = OAS31Validator(rooted, registry=self.registry)
        return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]


class Walk:
    """Calls operations one after the other and keeps what the next ones need."""

    def __init__(self, description, run):
        self.description = description
        self.run = run
        self.failures = []
        self.count = 0

    def call(self, operation_id, expected, parts=None, query="", token=None, body=None, form=None,
             headers=None):
        method, template, operation = self.description.operations[operation_id]
        self.description.called.add(operation_id)
        target = re.sub(r"{(\w+)}", lambda match: quote((parts or {})[match[1]]), template) + query
        fields = dict(headers or {})
        payload = None
        if token:
            fields["Authorization"] = "Bearer " + token
        if body is not None:
            payload = json.dumps(body).encode()
            fields.setdefault("Content-Type", "application/json")
            if expected < 400:
                self.check_request(operation_id, operation, body)
        if form is not None:
            payload = form.encode()
            fields["Content-Type"] = "application/x-www-form-urlencoded"
        name = "gateway" if "gateway" in operation["tags"] else "admin"
        connection = UnixConnection(f"{self.run}/{name}.sock")
        connection.request(method.upper(), target, payload, fields)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        self.count += 1
        self.check(operation_id, operation, expected, answer, content)
        is_json = "json" in (answer.getheader("Content-Type") or "")
        return json.loads(content) if content and is_json else content

    def fail(self, operation_id, sentence):
        self.failures.append(f"{operation_id}: {sentence}")

    def check_request(self, operation_id, operation, body):
        request = self.description.resolve(operation["requestBody"])
        for fault in self.description.faults(request["content"]["application/json"]["schema"], body):
            self.fail(operation_id, f"the request does not fit the description: {fault}")

    def check(self, operation_id, operation, expected, answer, content):
        status = str(answer.status)
        if answer.status != expected:
            self.fail(operation_id, f"expected {expected}, got {status}: {content[:200]!r}")
        if status not in operation["responses"]:
            return self.fail(operation_id, f"the status {status} is not described")
        response = self.description.resolve(operation["responses"][status])
        for name, header in response.get("headers", {}).items():
            optional = not self.description.resolve(header).get("required", name == "ETag")
            if answer.getheader(name) is None and not optional:
                self.fail(operation_id, f"the header {name} is missing")
        if answer.getheader("X-Request-Id") is None:
            self.fail(operation_id, "the header X-Request-Id is missing")
        if "content" not in response:
            if content:
                self.fail(operation_id, "a body where none is described")
            return None
        if operation_id.endswith("Head"):
            return None
        kind = (answer.getheader("Content-Type") or "").split(";")[0]
        if kind not in response["content"]:
            return self.fail(operation_id, f"the type {kind!r} is not described")
        schema = response["content"][kind]["schema"]
        value = json.loads(content) if "json" in kind else content.decode()
        for fault in self.description.faults(schema, value):
            self.fail(operation_id, fault)


def operators(walk):
    made = walk.call("createOrganization", 201, body={"name": "acme", "contact": "ops@acme.example"},
                     headers={"Idempotency-Key": "one"})["result"]
    acme = {"organization": "acme"}
    walk.call("createOrganization", 409, body={"name": "acme"})
    walk.call("listOrganizations", 200, query="?limit=1")
    walk.call("getOrganization", 200, acme)
    walk.call("getOrganization", 404, {"organization": "nobody"})
    walk.call("updateOrganization", 200, acme, body={"fullname": "Acme", "contact": None})
    walk.call("updateOrganization", 412, acme, body={"fullname": "B"}, headers={"If-Match": '"1"'})
    walk.call("getOrganizationToken", 200, acme)
    walk.call("rotateOrganizationToken", 200, acme, body={"grace": "1h"})
    walk.call("removeOrganizationSecondary", 200, acme, query="?force=true")
    renewed = walk.call("resetOrganizationToken", 200, acme)["result"]
    walk.call("status", 200)
    walk.call("metrics", 200)
    return made["organization"], renewed["primary"]["access"]["secret"]


def management(walk, organization, token):
    basic = {"type": "basic", "username": "robot", "secret": "not-a-real-one"}
    walk.call("getOwnOrganization", 200, token=token)
    walk.call("updateOwnOrganization", 200, token=token, body={"contact": "a@acme.example"})
    walk.call("listPermissionSets", 200, token=token)
    walk.call("getPermissionSet", 200, {"name": "connect-ui"}, token=token)
    walk.call("listConnectors", 200, token=token)
    walk.call("listProviders", 200, token=token)
    walk.call("getProvider", 200, {"provider": "jira"}, token=token)
    walk.call("createAccount", 201, token=token, body={"name": "one", "labels": ["emea"]})
    walk.call("createAccount", 422, token=token, body={"name": "x" * 64, "environment": "prod",
                                                        "labels": ["y" * 64] * 32, "fullname": ""})
    one = {"account": "one"}
    walk.call("listAccounts", 200, token=token)
    walk.call("getAccount", 200, one, token=token)
    walk.call("updateAccount", 200, one, token=token, body={"environment": "test", "labels": None})
    walk.call("getSealingKey", 200, one, token=token)
    walk.call("createAccountToken", 201, one, token=token, body={
        "permission_set": "account-manager", "token_ttl": "1h", "name": "robot",
        "resources": {"accounts": {"environments": ["prod", "test"]}}})
    made = walk.call("createIntegration", 201, one, token=token, body={
        "name": "tickets", "provider": "jira", "provider_config": {"url": "https://jira.example"},
        "credential": basic})["result"]
    both = {"account": "one", "integration": "tickets"}
    walk.call("listIntegrations", 200, token=token)
    walk.call("listAccountIntegrations", 200, one, token=token)
    walk.call("getIntegration", 200, both, token=token)
    walk.call("updateIntegration", 200, both, token=token, body={"fullname": "Tickets"})
    made_credential = walk.call("createCredential", 201, {"owner": "one"}, token=token, body={
        "name": "spare", "credential": {"type": "token", "secret": "not-a-real-one"}})["result"]
    spare = {"owner": "one", "credential": made_credential["credential"]["id"]}
    walk.call("listCredentials", 200, {"owner": organization["id"]}, token=token)
    walk.call("listCredentials", 200, {"owner": made["integration"]["id"]}, token=token)
    walk.call("getCredential", 200, spare, token=token)
    walk.call("replaceCredential", 200, spare, token=token, body={"credential": basic})
    walk.call("deleteCredential", 200, spare, token=token)
    return made["token"]["primary"]["access"]["secret"], both


def tokens(walk, token, both):
    minted = walk.call("createToken", 201, token=token, body={"permission_set": "viewer"})["result"]
    own = {"token": minted["id"]}
    walk.call("createToken", 422, token=token, body={"permission_set": "nonsense"})
    walk.call("listTokens", 200, token=token)
    walk.call("getToken", 200, own, token=token)
    walk.call("getTokenImpact", 200, own, token=token)
    walk.call("refreshToken", 200, own, token=minted["primary"]["refresh"]["secret"])
    walk.call("rotateToken", 200, own, token=token, body={"grace": "10m"})
    walk.call("removeSecondary", 200, own, token=token)
    walk.call("resetToken", 200, own, token=token)
    walk.call("deleteToken", 200, own, token=token)
    walk.call("getToken", 404, own, token=token)
    return walk.call("createIntegrationToken", 201, both, token=token)["result"]


def people(walk, organization, token):
    viewers = walk.call("createRole", 201, token=token, body={
        "name": "emea-viewers", "permission_set": "viewer",
        "resources": {"accounts": {"labels": ["emea"]}}})["result"]
    role = {"role": viewers.get("role", viewers)["id"]}
    walk.call("createRole", 409, token=token, body={
        "name": "emea-viewers", "permission_set": "viewer"})
    walk.call("listRoles", 200, token=token)
    walk.call("getRole", 200, role, token=token)
    walk.call("updateRole", 200, role, token=token, body={"fullname": "Viewers"})
    made = walk.call("createMember", 201, token=token, body={
        "name": "ada", "type": "personal", "role_binding": ["emea-viewers"],
        "secret": "not-a-real-secret"})["result"]
    ada = {"member": made.get("member", made)["id"]}
    walk.call("createMember", 422, token=token, body={
        "name": "bob", "type": "personal", "token_ttl": "25h"})
    walk.call("listMembers", 200, token=token)
    walk.call("getMember", 200, ada, token=token)
    walk.call("updateMember", 200, ada, token=token, body={"fullname": "Ada"})
    walk.call("createMemberToken", 201, ada, token=token, body={"token_ttl": "10m"})
    own = {"organization": organization["id"]}
    session = walk.call("logOn", 201, own, body={"name": "ada", "secret": "not-a-real-secret"})["result"]
    walk.call("logOn", 401, own, body={"name": "eve", "secret": "not-a-real-secret"})
    walk.call("logOff", 200, token=session["primary"]["access"]["secret"])
    walk.call("deleteMember", 200, ada, token=token)
    walk.call("deleteRole", 200, role, token=token)


def points(walk, token):
    made = walk.call("createIntegrationPoint", 201, token=token, body={
        "name": "tickets", "connector": "ticketing",
        "environments": {"prod": {"allow": ["*"], "deny": ["jira"]}}})["result"]
    point = {"point": made.get("integration_point", made)["id"]}
    walk.call("createIntegrationPoint", 422, token=token, body={
        "name": "wrong", "connector": "ticketing", "environments": {"prod": {"allow": ["nobody"]}}})
    walk.call("listIntegrationPoints", 200, token=token)
    walk.call("getIntegrationPoint", 200, point, token=token)
    walk.call("updateIntegrationPoint", 200, point, token=token, body={"fullname": "Tickets"})
    walk.call("listOfferedProviders", 200, point, query="?environment=prod", token=token)
    walk.call("deleteIntegrationPoint", 200, point, token=token)


def gateway(walk, integration_token, short):
    walk.call("health", 200)
    asked = "?level=integration&permission=connector:use&account=one&connector=ticketing"
    for operation in ("verify", "verifyHead", "verifyPost", "verifyPut", "verifyPatch", "verifyDelete",
                      "verifyOptions"):
        walk.call(operation, 200, query=asked, token=integration_token)
    walk.call("verify", 200, query="?inject=authorization", token=integration_token)
    walk.call("verify", 401)
    walk.call("verify", 403, query="?level=nonsense", token=integration_token)
    walk.call("verifyBatch", 200, body={"tokens": [
        {"token": integration_token, "level": "integration", "account": "one"}, {"token": "none"}, {}]})
    now = walk.call("epoch", 200)["result"]["epoch"]
    walk.call("epoch", 200, query=f"?since={now}&wait=10ms")
    walk.call("epoch", 200, query="?since=0")
    walk.call("epoch", 422, query="?wait=61s")
    walk.call("introspect", 200, form="token=" + integration_token)
    walk.call("introspect", 200, form="token=nothing")
    walk.call("introspect", 400, form="other=nothing")
    walk.call("releaseCredential", 200, token=integration_token)
    walk.call("releaseCredential", 401)
    walk.call("revoke", 200, form="token=" + short["primary"]["access"]["secret"])
    walk.call("verify", 401, token=short["primary"]["access"]["secret"])


def audit(walk, token):
    walk.call("listAudit", 200, query="?limit=1000&order=seq%5Bdesc%5D&filter=outcome%5Beq%5Ddeny"
              "&filter=event%5Beq%5Dtoken.verify")
    walk.call("listOwnAudit", 200, query="?limit=1000", token=token)
    walk.call("listAudit", 422, query="?filter=outcome%5Beq%5Dperhaps")
    walk.call("auditCheckpoint", 200)
    walk.call("auditVerify", 200)


def endings(walk, token, both):
    walk.call("deleteIntegration", 200, both, token=token)
    walk.call("deleteAccount", 200, {"account": "one"}, token=token)
    walk.call("deleteOrganization", 200, {"organization": "acme"})


def main():
    description = Description(sys.argv[1])
    walk = Walk(description, sys.argv[2])
    organization, token = operators(walk)
    integration_token, both = management(walk, organization, token)
    short = tokens(walk, token, both)
    people(walk, organization, token)
    points(walk, token)
    gateway(walk, integration_token, short)
    audit(walk, token)
    endings(walk, token, both)
    for operation in sorted(set(description.operations) - description.called):
        walk.fail(operation, "was not called")
    for failure in walk.failures:
        print(failure)
    print(f"{walk.count} calls of {len(description.called)} operations, {len(walk.failures)} faults")
    sys.exit(1 if walk.failures else 0)


main()
