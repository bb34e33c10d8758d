# SPDX-License-Identifier: MIT
"""The practice account's own time, which tests move: dates, codes, expiry and delays follow."""

import datetime
import sys
import time
from email.utils import formatdate


class Clock:
    """Real time plus an offset in seconds."""

    def __init__(self):
        self.offset = 0.0

    def now(self):
        """Seconds since the epoch, by this clock."""
        return time.time() + self.offset

    def utcnow(self):
        """The same as a naive UTC datetime, as moto's models keep time."""
        moment = datetime.datetime.fromtimestamp(self.now(), datetime.timezone.utc)
        return moment.replace(tzinfo=None)

    def http_date(self):
        return formatdate(self.now(), usegmt=True)

    def iso(self, moment=None):
        moment = self.now() if moment is None else moment
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def rule_moto(clock):
    """Makes every loaded moto module read this clock. Call it again after loading more."""
    import moto.core.utils

    ours = clock.utcnow
    theirs = getattr(moto.core.utils, "_practice_original", moto.core.utils.utcnow)
    moto.core.utils._practice_original = theirs
    for name, module in list(sys.modules.items()):
        if not name.startswith("moto.") or module is None:
            continue
        current = module.__dict__.get("utcnow")
        if current is theirs or getattr(current, "__func__", None) is Clock.utcnow:
            module.utcnow = ours
