# SPDX-License-Identifier: MIT
"""The practice account: a loopback AWS account for the demo and the tests.

It is moto (an AWS mock that others wrote) with what moto lacks around it: a root user, real
TOTP, strict signatures, request validation, policy enforcement, a console page, a clock that
the tests own, the sign-in service of ``aws login``. Run it as ``python -m practice_account``;
README.md beside this file tells the options, the addresses and the controls.
"""
