# SPDX-License-Identifier: MIT
"""The practice account standing still, so that a screen is the same each time.

Its clock stands at NOW until a test moves it; what is random elsewhere (ids, keys, seeds) follows
from the call that makes it; every request has the same id. A fault rule may also be
"slow": the call is answered SLOW seconds later, for screens that stand while one is in flight.
"""

import random
import secrets
import sys
import time
import uuid
from collections import Counter

NOW = 1795514400  # 2026-11-24 10:00:00 UTC
SLOW = 3


def stand_still():
    from practice_account import app, clock, credential_report, faults, scenarios, wire

    clock.Clock.now = lambda self: NOW + self.offset
    wire.new_request_id = lambda: "00000000-1111-2222-3333-444444444444"
    credential_report.MAKING = 0  # would never be over
    _without_chance(app, scenarios)
    _with_slow_calls(app, faults)


def _without_chance(app, scenarios):
    from moto.moto_api._internal import mock_random

    chance = random.Random()
    secrets.choice = chance.choice
    secrets.token_bytes = lambda n=32: chance.randbytes(n)
    secrets.token_hex = lambda n=32: chance.randbytes(n).hex()
    secrets.token_urlsafe = lambda n=32: chance.randbytes(n).hex()
    uuid.uuid4 = lambda: uuid.UUID(bytes=chance.randbytes(16), version=4)
    counts, loaded = Counter(), set()
    reset, answer = app.reset, app.Application.answer

    def seed(name):
        for source in (chance, random, mock_random):
            source.seed(name)

    def seed_and_lay(lay):
        return lambda world: (seed("scenario"), lay(world))

    for name, lay in scenarios.SCENARIOS.items():
        scenarios.SCENARIOS[name] = seed_and_lay(lay)

    def reset_and_count(world, scenario="fresh"):
        if scenario not in loaded:  # loading modules takes some of the chance
            loaded.add(scenario)
            reset(world, scenario)
        counts.clear()
        return reset(world, scenario)

    def seed_and_answer(self, req):
        """By the call, so that it is all the same what was called or loaded before."""
        name = f"{req.service} {req.action}"
        counts[name] += 1
        seed(f"{name} {counts[name]}")
        return answer(self, req)

    app.reset, app.Application.answer = reset_and_count, seed_and_answer


def _with_slow_calls(app, faults):
    """They wait before the account's lock, so that other calls go on meanwhile."""
    faults.KINDS += ("slow",)
    theirs, init, worlds = app.read_request, app.Application.__init__, []

    def take(self, world):
        init(self, world)
        worlds.append(world)

    def read(environ):
        req = theirs(environ)
        if any(rule["kind"] == "slow" and rule["action"] == req.action
               for world in worlds for rule in world.faults):
            time.sleep(SLOW)
        return req

    app.Application.__init__, app.read_request = take, read


if __name__ == "__main__":
    from practice_account.__main__ import main

    stand_still()
    sys.exit(main())
