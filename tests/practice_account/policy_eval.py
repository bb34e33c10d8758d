# SPDX-License-Identifier: MIT
"""A pure evaluator of AWS policies: who may do what, and which statement said so.

Written from the IAM User Guide: "Policy evaluation logic", "IAM JSON policy elements
reference" (Principal, Action, Resource, Condition operators, variables and tags) and
"Multivalued context keys".  No PyPI library that is kept up covers conditions,
variables, NotPrincipal and boundaries offline, hence these few lines.
"""
import re
from dataclasses import dataclass, field

from .policy_match import PolicyError, arn_like, as_list, conditions_hold, like

ALLOWED, EXPLICIT_DENY, IMPLICIT_DENY = "allowed", "explicitDeny", "implicitDeny"


@dataclass(frozen=True)
class Caller:
    """One principal.  `service` is set for an AWS service, `arn` for everyone else."""
    arn: str = ""
    account: str = ""
    service: str = ""

    @property
    def account_arn(self):
        partition = (self.arn or "arn:aws").split(":")[1]
        return f"arn:{partition}:iam::{self.account}:root"


@dataclass
class Ask:
    """One question: may `caller` do `action` on `resource`, in this request context?

    Context values are strings, or lists of strings for multivalued keys.
    """
    action: str
    resource: str
    caller: Caller = Caller()
    context: dict = field(default_factory=dict)

    def values(self, key):
        for name, value in self.context.items():
            if name.lower() == key.lower() and value is not None:
                return value if isinstance(value, list) else [value]
        return None


@dataclass
class Decision:
    effect: str
    source: str = ""          # "identity", "resource" or "boundary"
    statement: dict | None = None

    def __bool__(self):
        return self.effect == ALLOWED


# ---- statements -----------------------------------------------------------

def action_matches(statement, ask):
    listed = statement.get("Action", statement.get("NotAction"))
    if listed is None:
        raise PolicyError("Missing required field Action")
    hit = any(like(pattern, ask.action, ask, False, re.IGNORECASE)
              for pattern in as_list(listed))
    return hit if "Action" in statement else not hit


def resource_matches(statement, ask, var):
    listed = statement.get("Resource", statement.get("NotResource"))
    if listed is None:
        raise PolicyError("Missing required field Resource")
    hit = any(arn_like(pattern, ask.resource, ask, var) for pattern in as_list(listed))
    return hit if "Resource" in statement else not hit


def listed_principals(element):
    if element == "*":
        return {("AWS", "*")}
    return {(kind, name) for kind, names in element.items() for name in as_list(names)}


def principal_match(statement, caller):
    """"direct", "account" or "" (no match).

    "account": the statement names the whole account, which trusts the account's own
    identity policies rather than granting by itself (User Guide, "AWS account principals").
    NotPrincipal exempts a user only if the user and its account are both listed.
    """
    if caller.service:
        names = {("Service", caller.service)}
        account = names
    else:
        names = {("AWS", caller.arn)}
        account = {("AWS", caller.account), ("AWS", caller.account_arn)}
    if "NotPrincipal" in statement:
        listed = listed_principals(statement["NotPrincipal"])
        exempt = account & listed and (names & listed or caller.arn == caller.account_arn)
        return "" if exempt else "direct"
    listed = listed_principals(statement.get("Principal", {}))
    if (names | {("AWS", "*")}) & listed:
        return "direct"
    return "account" if account & listed else ""


def matching(policy, ask, resource_policy=False):
    """The (statement, how) pairs of one policy that apply to the question."""
    variables = policy.get("Version") == "2012-10-17"
    for statement in as_list(policy.get("Statement", [])):
        if statement.get("Effect") not in ("Allow", "Deny"):
            raise PolicyError(f"Invalid effect: {statement.get('Effect')}")
        how = principal_match(statement, ask.caller) if resource_policy else "direct"
        if (how and action_matches(statement, ask)
                and resource_matches(statement, ask, variables)
                and conditions_hold(statement, ask, variables)):
            yield statement, how


def evaluate(policies, ask, source="identity"):
    """Explicit deny over allow over implicit deny, over policies of one kind."""
    hits = [hit for policy in policies for hit in matching(policy, ask, source == "resource")]
    for statement, _ in hits:
        if statement["Effect"] == "Deny":
            return Decision(EXPLICIT_DENY, source, statement)
    for statement, how in hits:
        if how == "direct":
            return Decision(ALLOWED, source, statement)
    return Decision(IMPLICIT_DENY, source)


def authorize(ask, identity=(), boundary=None, resource=None, root=False):
    """The whole decision inside one account.

    identity: policies of the user and its groups; boundary: the permissions boundary;
    resource: the resource's own policy; root: the caller is the account's root user,
    whom only a resource policy's explicit deny can stop.
    """
    kinds = [("resource", [resource] if resource else [])]
    if not root:
        kinds += [("identity", list(identity)), ("boundary", [boundary] if boundary else [])]
    found = {source: evaluate(policies, ask, source) for source, policies in kinds}
    for decision in found.values():
        if decision.effect == EXPLICIT_DENY:
            return decision
    if root:
        return Decision(ALLOWED, "identity")
    if found["resource"] or not found["identity"] or boundary is None:
        return found["resource"] if found["resource"] else found["identity"]
    return found["identity"] if found["boundary"] else Decision(IMPLICIT_DENY, "boundary")
