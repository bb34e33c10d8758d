# SPDX-License-Identifier: MIT
"""python -m practice_account: starts the server and prints one line of JSON about it."""

import argparse
import json
import logging
import os
import sys

# Read by moto when it is first imported.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
os.environ.setdefault("MOTO_DISABLE_GLOBAL_CORS", "true")
os.environ.setdefault("MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS", "false")
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")


def main():
    from .serving import Server, run

    options = _options()
    logging.basicConfig(
        filename=options.log or os.devnull,
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    world, application = build(options.account, options.scenario, options.journal,
                               options.signin)
    server = Server(application, options.port, options.tls)
    world.url = f"{'https' if options.tls else 'http'}://127.0.0.1:{server.server_port}"
    print(json.dumps(describe(world)), flush=True)
    return run(server, options.log)


def _options():
    parser = argparse.ArgumentParser(prog="practice_account", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free port")
    parser.add_argument("--account", default="123456789012")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    parser.add_argument("--journal", metavar="FILE", help="append a JSON line for each request")
    parser.add_argument("--scenario", default="fresh", choices=("fresh", "new", "used"))
    parser.add_argument("--signin", default={}, type=json.loads, metavar="JSON",
                        help="settings of the sign-in service (signin.Settings), kept by resets")
    parser.add_argument("--log", metavar="FILE")
    return parser.parse_args()


def build(account, scenario, journal=None, signin=None):
    """A World with its scenario laid out, and the WSGI application over it."""
    from .app import Application, reset
    from .world import World

    world = World(account)
    world.journal_file = journal
    world.signin_options = signin or {}
    application = Application(world)
    reset(world, scenario)
    return world, application


def describe(world):
    """What the launcher prints, and what /practice/reset answers."""
    root = {"email": world.root.email}
    for prefix, key in zip(("", "second_"), world.root.keys):
        root[prefix + "access_key_id"] = key.id
        root[prefix + "secret_access_key"] = key.secret
    return {
        "url": world.url,
        "console": world.url + "/console/",
        "signin": world.url,
        "signin_region": world.signin.settings.region,
        "root": root,
        "users": world.extra.get("seeded_users", {}),
        "pid": os.getpid(),
        "account": world.account,
    }


if __name__ == "__main__":
    sys.exit(main())
