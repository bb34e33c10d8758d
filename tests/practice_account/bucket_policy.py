# SPDX-License-Identifier: MIT
"""What S3 reads out of a bucket policy: is it well formed, is it public, whom does it let in.

Sources: Amazon S3 User Guide, "Policies and permissions in Amazon S3", "Blocking public
access to your Amazon S3 storage" (The meaning of "public"); S3 error messages as seen.
"""
import json
import re

from .policy_eval import Ask, Caller, authorize
from .policy_match import PolicyError, as_list, operator_parts

# Condition keys that make a statement for everybody non-public when their value is fixed.
FIXED_KEYS = {
    "aws:sourceip", "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner",
    "aws:sourceaccount", "aws:userid", "aws:principalorgid", "aws:principalarn",
    "aws:principalaccount", "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "s3:dataaccesspointarn", "s3:dataaccesspointaccount"}
OBJECT_ACTION = re.compile(r"s3:(?!.*BucketObjectLock).*(Object|MultipartUpload(Parts)?$)", re.I)
MAX_BYTES = 20 * 1024


def load(text):
    """The policy as a dict; ValueError with S3's own words when it is none."""
    if len(text) > MAX_BYTES:
        raise ValueError("Policy exceeds the maximum allowed document size.")
    try:
        policy = json.loads(text)
    except ValueError:
        raise ValueError("Policies must be valid JSON and the first byte must be '{'") from None
    if not isinstance(policy, dict):
        raise ValueError("Policies must be valid JSON and the first byte must be '{'")
    return policy


def check(policy, bucket, world):
    """ValueError with S3's own words when PutBucketPolicy would refuse the policy."""
    if policy.get("Version", "2008-10-17") not in ("2012-10-17", "2008-10-17"):
        raise ValueError("The policy must contain a valid version string")
    if not policy.get("Statement"):
        raise ValueError("Missing required field Statement")
    for statement in as_list(policy["Statement"]):
        check_statement(statement, bucket, world)


def check_statement(statement, bucket, world):
    if not isinstance(statement, dict):
        raise ValueError("Statement is not valid")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise ValueError(f"Invalid effect: {statement.get('Effect')}")
    for names in (("Principal", "NotPrincipal"), ("Action", "NotAction"),
                  ("Resource", "NotResource")):
        if len([name for name in names if name in statement]) != 1:
            raise ValueError(f"Missing required field {names[0]}")
    check_principals(statement.get("Principal", statement.get("NotPrincipal")), world)
    actions = as_list(statement.get("Action", statement.get("NotAction")))
    if any(not re.fullmatch(r"\*|(?i:s3):[\w*?]+", action) for action in actions):
        raise ValueError("Policy has invalid action")
    check_resources(statement, actions, bucket, world)
    try:
        for operator in statement.get("Condition", {}):
            operator_parts(operator)
    except PolicyError as bad:
        raise ValueError(str(bad)) from None


def check_principals(element, world):
    if element == "*":
        return
    if not isinstance(element, dict) or not element:
        raise ValueError("Invalid policy syntax.")
    for kind, names in element.items():
        if kind not in ("AWS", "Service", "Federated", "CanonicalUser"):
            raise ValueError("Invalid principal in policy")
        for name in as_list(names):
            if not known_principal(kind, name, world):
                raise ValueError("Invalid principal in policy")


def known_principal(kind, name, world):
    """S3 refuses principals that do not exist; of other accounts we know nothing."""
    if kind == "Service":
        return re.fullmatch(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?", name) is not None
    if kind != "AWS" or name == "*" or re.fullmatch(r"\d{12}", name):
        return True
    found = re.fullmatch(r"arn:[\w-]+:(?:iam|sts)::(\d{12}):(root|(user|role)/(?:.*/)?([^/*]+)"
                         r"|assumed-role/[^/*]+/[^/*]+)", name)
    if not found:
        return False
    account, _, entity, entity_name = found.groups()
    if account != world.account or entity is None:
        return True
    backend = world.iam_backend()
    listed = backend.users if entity == "user" else backend.roles
    return (entity_name, entity) not in hidden(world) and any(
        item.arn == name for item in listed.values())


def hidden(world):
    """Users too new to be named in a policy (IAM is eventually consistent)."""
    return {(name, "user") for name in world.iam_backend().users if world.hidden("user", name)}


def check_resources(statement, actions, bucket, world):
    base = f"arn:{world.partition}:s3:::{bucket}"
    resources = as_list(statement.get("Resource", statement.get("NotResource")))
    for resource in resources:
        if resource != "*" and resource != base and resource != base + "*" and \
                not resource.startswith(base + "/"):
            raise ValueError("Policy has invalid resource")
    if "NotResource" in statement or "NotAction" in statement:
        return
    objects = any("/" in resource or resource.endswith("*") for resource in resources)
    buckets = any("/" not in resource for resource in resources)
    for action in actions:
        whole = "*" in action or "?" in action
        fits = objects if OBJECT_ACTION.match(action) else buckets
        if not whole and not fits:
            raise ValueError("Action does not apply to any resource(s) in statement")


# ---- public or not --------------------------------------------------------

def is_public(policy):
    return any(statement.get("Effect") == "Allow" and everybody(statement)
               and not narrowed(statement.get("Condition", {}))
               for statement in as_list(policy.get("Statement", [])))


def everybody(statement):
    principal = statement.get("Principal")
    if "NotPrincipal" in statement or principal == "*":
        return True
    return isinstance(principal, dict) and "*" in as_list(principal.get("AWS", []))


def narrowed(condition):
    """Whether a positive condition on one of FIXED_KEYS has only fixed values."""
    for operator, block in condition.items():
        if not re.match(r"(For\w+:)?(String(Equals|Like)|Arn(Equals|Like)|IpAddress)", operator) \
                or operator.endswith("IfExists") or "ForAllValues" in operator:
            continue
        for key, values in block.items():
            if key.lower() in FIXED_KEYS and all(fixed(key, v) for v in as_list(values)):
                return True
    return False


def fixed(key, value):
    if key.lower() == "aws:sourceip":
        return not value.endswith(("/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7"))
    if key.lower() in ("aws:sourcearn", "aws:principalarn", "s3:dataaccesspointarn"):
        return re.fullmatch(r"arn:[^:*?$]+:[^:*?$]+:[^:]*:\d{12}:.+", value) is not None
    return not re.search(r"[*?]|\$\{", value)


# ---- as AWS services see it -----------------------------------------------

def remember(world, bucket, text):
    """Keeps when a policy was written: services read it late (see world.visibility)."""
    world.extra.setdefault("bucket_policies", {}).setdefault(bucket, []).append(
        (world.clock.now() + world.visibility, text))


def forget(world, bucket):
    """The bucket is gone; one of the same name starts without a policy."""
    world.extra.get("bucket_policies", {}).pop(bucket, None)


def seen_by_services(world, bucket):
    """The policy (dict) that services see now; {} when there is none."""
    written = world.extra.get("bucket_policies", {}).get(bucket)
    if written:
        visible = [text for when, text in written if when <= world.clock.now()]
        text = visible[-1] if visible else None
    else:
        text = world.s3_backend().buckets[bucket].policy
    return json.loads(text) if text else {}


def service_may(world, bucket, service, action, key=None, **context):
    """Whether the bucket's policy lets an AWS service do one thing.

    key None asks about the bucket itself. Context names use _ for the colon.
    """
    resource = f"arn:{world.partition}:s3:::{bucket}" + (f"/{key}" if key is not None else "")
    values = {name.replace("_", ":", 1): value for name, value in context.items()}
    ask = Ask(action, resource, Caller(service=service),
              {"aws:SecureTransport": "true", "aws:PrincipalIsAWSService": "true",
               "aws:PrincipalServiceName": service, **values})
    return bool(authorize(ask, resource=seen_by_services(world, bucket)))
