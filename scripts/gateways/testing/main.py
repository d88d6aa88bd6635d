"""Asks real gateways, and replays the requests of those that cannot be had here."""

import argparse
import json
import os
import pwd
import signal
import sys
import tempfile

import replay
from backend import Backend
from bridges import BRIDGES, Bridge
from cases import Questions
from gateways import GATEWAYS, NginxInject
from injection import Injection
from report import Report
from vault import Vault


def peers():
    """Ourselves, and the users that gateways' workers run as."""
    users = [os.getuid()]
    for name in ("www-data", "nobody", "haproxy", "caddy"):
        try:
            users.append(pwd.getpwnam(name).pw_uid)
        except KeyError:
            pass
    return json.dumps({"uids": sorted(set(users))})


def make_vault(programs, work):
    # Gateways' workers must reach the socket below it.
    os.chmod(work, 0o755)
    secret = os.path.join(work, "apache.secret")
    with open(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
        file.write("the-secret-of-apache\n")
    introspection = {"clients": [{"id": "apache", "secret_file": secret}]}
    return Vault(programs, work, "--gateways", peers(), "--inject", peers(),
                 "--introspection", json.dumps(introspection))


def run(gateway_class, vault, work, report):
    """One gateway's whole round."""
    report.subject = gateway_class.name
    directory = os.path.join(work, gateway_class.name)
    os.mkdir(directory)
    os.chmod(directory, 0o755)
    backend = Backend()
    gateway = gateway_class(directory, vault, backend)
    questions = Questions
    if gateway_class is NginxInject:
        questions = Injection
    elif issubclass(gateway_class, Bridge):
        questions = gateway_class.questions
    try:
        gateway.start()
        questions(gateway, vault, backend, report).all()
    except Exception as error:  # pylint: disable=broad-except
        # A round that cannot go on has failed; the others still can.
        report.check("goes through the round", False, repr(error))
    finally:
        gateway.stop()
        backend.close()


def replay_all(vault, report, names):
    for gateway_class in replay.GATEWAYS:
        if not names & {"all", "replay", gateway_class.name.split(",")[0]}:
            continue
        report.subject = "replay: " + gateway_class.name
        replay.Replay(gateway_class(), vault, report).all()
        if gateway_class is replay.EnvoyWithBody:
            replay.envoy_batch(vault, report)


def ask_all(vault, work, report, names):
    """Every gateway that is wanted and there, then the replays; returns what is not there."""
    absent = []
    for gateway_class in (*GATEWAYS, *BRIDGES):
        family = gateway_class.name.split("-")[0]
        if not names & {"all", family, gateway_class.name}:
            continue
        if gateway_class.is_installed():
            run(gateway_class, vault, work, report)
        else:
            absent.append(gateway_class.name)
    replay_all(vault, report, names)
    return absent


def workplace():
    """A directory that goes with us; some gateways' configurations take no path with a space."""
    place = None if " " not in tempfile.gettempdir() else "/tmp"
    return tempfile.TemporaryDirectory(prefix="strongroom-gateways.", dir=place,
                                       ignore_cleanup_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--counts", required=True)
    parser.add_argument("names", nargs="+")
    options = parser.parse_args()
    report = Report()
    # Who is told to end takes daemon, gateways and directory along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with workplace() as work:
        vault = make_vault(options.programs, work)
        try:
            vault.start()
            absent = ask_all(vault, work, report, set(options.names))
        finally:
            vault.stop()
    report.show()
    counts = f"{len(report.rows) - report.failed} passed, {report.failed} failed"
    unasked = [f"not run: {name}: its package cannot be installed\n" for name in absent]
    with open(options.counts, "w", encoding="ascii") as file:
        file.writelines([counts + "\n", *unasked])
    print("\n" + "".join(unasked) + counts)
    raise SystemExit(0 if report.rows and not report.failed else 1)


if __name__ == "__main__":
    main()
