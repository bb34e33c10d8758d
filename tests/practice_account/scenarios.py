# SPDX-License-Identifier: MIT
"""What an account looks like at the start."""

from . import root


def fresh(world):
    """Just signed up: root with a password and two access keys, no MFA, nothing else."""
    root.add_key(world)
    root.add_key(world)


SCENARIOS = {"fresh": fresh}
