# SPDX-License-Identifier: MIT
"""/practice/*: what tests ask of the practice account itself. Requests and replies are JSON."""

import json

from . import app, faults, scenarios, signin, totp, wire
from .state import dump


def stage(req, world):
    if req.aws or not req.path.startswith("/practice/"):
        return None
    handler = _HANDLERS.get((req.method, req.path.removeprefix("/practice/")))
    if handler is None:
        return _json({"error": "no such control"}, 404)
    try:
        return _json(handler(json.loads(req.body or b"{}"), world))
    except (KeyError, TypeError, ValueError) as problem:
        return _json({"error": repr(problem)}, 400)


def _json(data, status=200):
    body = json.dumps(data, indent=1).encode()
    return wire.Response(status, {"Content-Type": "application/json"}, body)


def _reset(asked, world):
    from .__main__ import describe

    scenario = asked.get("scenario", "fresh")
    if scenario not in scenarios.SCENARIOS:
        raise ValueError(f"unknown scenario {scenario}")
    app.reset(world, scenario)
    return describe(world)


def _clock(asked, world):
    if "offset" in asked:
        world.clock.offset = float(asked["offset"])
    world.clock.offset += float(asked.get("advance", 0))
    return {"now": world.clock.now(), "offset": world.clock.offset, "date": world.clock.iso()}


def _visibility(asked, world):
    world.visibility = float(asked["seconds"])
    return {"seconds": world.visibility}


def _faults(asked, world):
    """A list of {"service", "action", "nth", "times", "kind"}; replaces the rules there were."""
    rules = asked if isinstance(asked, list) else asked["rules"]
    for rule in rules:
        kinds = faults.KINDS
        if rule.get("service") == "signin":
            kinds += faults.SIGNIN_KINDS
        if rule["kind"] not in kinds:
            raise ValueError(f"kind must be one of {kinds}")
    world.faults = [dict(rule, seen=0) for rule in rules]
    return {"rules": len(world.faults)}


def _hardware(asked, world):
    """A hardware token that AWS knows: its printed serial, and the seed for the test's use."""
    seed = asked.get("seed") or totp.new_seed()
    world.hardware[asked["serial"]] = totp.Device(asked["serial"], seed)
    return {"serial": asked["serial"], "seed": seed}


def _signin(asked, world):
    """Changes settings of the sign-in service, until the next reset; answers with all."""
    world.signin.settings = world.signin.settings.changed(asked)
    return signin.overview(world)


_HANDLERS = {
    ("POST", "reset"): _reset,
    ("GET", "state"): lambda _, world: dump(world),
    ("GET", "journal"): lambda _, world: world.journal,
    ("GET", "violations"): lambda _, world: world.violations,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _clock,
    ("POST", "visibility"): _visibility,
    ("POST", "faults"): _faults,
    ("POST", "hardware"): _hardware,
    ("GET", "signin"): _signin,
    ("POST", "signin"): _signin,
}
