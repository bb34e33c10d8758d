# SPDX-License-Identifier: MIT
"""Time-based one-time passwords (RFC 6238) as AWS checks them.

Sources: IAM API reference, EnableMFADevice and ResyncMFADevice; IAM User Guide, "Resynchronize
virtual and hardware MFA devices". Windows and the number of tries are from a published live
capture (one account, 2026).
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

STEP = 30
ENROL_LOW, ENROL_HIGH = -998, 1000  # where the second code may lie, in steps around now
STS_SPREAD = 2  # steps around the device's adjusted time
TRIES, TRIES_WINDOW = 9, 180  # tries for a device in each three minutes of UTC


def new_seed():
    """A Base32 seed of 64 characters, as long as AWS's."""
    return base64.b32encode(secrets.token_bytes(40)).decode()


def code(seed, step):
    """The six digits for a step (seconds since the epoch / 30)."""
    key = base64.b32decode(seed.upper() + "=" * (-len(seed) % 8))
    mac = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = mac[-1] & 15
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1000000:06d}"


@dataclass
class Device:
    """A TOTP device: virtual or a hardware token. owner: user name, ":root", or None."""

    serial: str
    seed: str
    owner: str | None = None
    enabled: float | None = None
    offset: int = 0
    last_pair: int = -1
    used: set = field(default_factory=set)
    tries: tuple = (0, 0)

    def may_try(self, now):
        """Counts a try; False when this window's tries are used up."""
        window = int(now) // TRIES_WINDOW
        count = self.tries[1] if self.tries[0] == window else 0
        self.tries = (window, count + 1)
        return count < TRIES

    def accept_pair(self, first, second, now):
        """Two consecutive codes, later than the last accepted pair; keeps the clock's offset."""
        here = int(now) // STEP
        reach = range(ENROL_LOW, ENROL_HIGH + 1)
        for away in sorted(reach, key=abs):
            step = here + away
            if step <= self.last_pair or step < 1:
                continue
            if code(self.seed, step) == second and code(self.seed, step - 1) == first:
                self.offset, self.last_pair = away, step
                return True
        return False

    def accept_once(self, given, now):
        """A code for STS or a console sign-in: each step counts once."""
        here = int(now) // STEP + self.offset
        for step in range(here - STS_SPREAD, here + STS_SPREAD + 1):
            if step not in self.used and hmac.compare_digest(code(self.seed, step), given):
                self.used.add(step)
                return True
        return False
