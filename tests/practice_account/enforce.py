# SPDX-License-Identifier: MIT
"""Stage: may this principal do this?  On for every call, in every scenario.

Sources: IAM User Guide, "Policy evaluation logic", "AWS global condition context keys",
"Troubleshoot access denied error messages"; STS API Reference, GetSessionToken and
GetCallerIdentity; Amazon S3 User Guide, "Bucket policies" (root can always repair a policy).
"""
import json

from . import action_names, wire
from .policy_eval import EXPLICIT_DENY, Ask, Caller, authorize

ALWAYS = {("sts", "GetCallerIdentity")}
REPAIRS = {"GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"}
BILLING = {"cur", "bcm-data-exports"}
KIND_TEXT = {"identity": "identity-based policy", "resource": "resource-based policy",
             "boundary": "permissions boundary"}


def stage(req, world):
    if req.principal is None or req.action is None or (req.service, req.action) in ALWAYS:
        return None
    if plain_session_at_iam(req):
        return wire.refuse(req, "InvalidClientTokenId",
                           "The security token included in the request is invalid")
    for resource in action_names.resources_of(req, world):
        decision, ask = decide(req, world, resource)
        if decision or session_token_needs_no_grant(req, decision) \
                or password_switch_grants(req, world, decision):
            continue
        return wire.refuse(req, "AccessDenied", denied_text(req, ask, decision))
    return billing_gate(req, world)


def session_token_needs_no_grant(req, decision):
    """GetSessionToken needs no permission, but an explicit deny stops it."""
    return req.service == "sts" and req.action == "GetSessionToken" \
        and decision.effect != EXPLICIT_DENY


def password_switch_grants(req, world, decision):
    """AllowUsersToChangePassword lets users change their own password without a policy."""
    policy = world.iam_backend().account_password_policy
    return req.service == "iam" and req.action == "ChangePassword" \
        and policy is not None and policy.allow_users_to_change_password \
        and decision.effect != EXPLICIT_DENY


def plain_session_at_iam(req):
    """Sessions of GetSessionToken made without MFA cannot call IAM."""
    who = req.principal
    return req.service == "iam" and who.kind == "session" and not who.mfa and not who.console


def billing_gate(req, world):
    """IAM principals see no billing until root turns "IAM access to billing" on.

    That the switch gates these APIs too is UNCONFIRMED: hence world.billing_gates_api.
    """
    if req.service not in BILLING or req.principal.is_root or world.billing_switch \
            or not getattr(world, "billing_gates_api", True):
        return None
    action = action_names.action_of(req)
    return wire.refuse(req, "AccessDenied", f"User: {req.principal.arn} is not authorized to "
                       f"perform: {action} because IAM user access to billing is not activated")


# ---- the question ---------------------------------------------------------

def decide(req, world, resource):
    who = req.principal
    ask = Ask(action_names.action_of(req), resource, Caller(policy_arn(who, world), who.account),
              context_of(req, world))
    bucket = None
    if req.service == "s3" and not (who.is_root and req.action in REPAIRS):
        bucket = bucket_policy_of(req, world)
    if who.is_root:
        return authorize(ask, resource=bucket, root=True), ask
    return authorize(ask, identity_policies(who, world), boundary_of(who, world), bucket), ask


def policy_arn(who, world):
    """The ARN policies name: a session counts as its user, a role session as its role."""
    if who.user_name and who.kind in ("user", "session"):
        return world.user_arn(who.user_name)
    return who.arn


def context_of(req, world):
    """Condition keys of this call.  The loopback server stands for a TLS endpoint.

    aws:MultiFactorAuthPresent exists for temporary credentials only.
    """
    who, now = req.principal, world.clock.now()
    context = {
        "aws:SecureTransport": "true", "aws:CurrentTime": world.clock.iso(),
        "aws:EpochTime": str(int(now)), "aws:SourceIp": "127.0.0.1",
        "aws:RequestedRegion": req.scope_region, "aws:PrincipalArn": policy_arn(who, world),
        "aws:PrincipalAccount": who.account, "aws:userid": who.user_id,
        "aws:username": who.user_name, "aws:UserAgent": req.headers.get("user-agent"),
        "aws:PrincipalType": {"root": "Account", "role": "AssumedRole"}.get(who.kind, "User"),
        "aws:PrincipalIsAWSService": "false",
    }
    if who.temporary:
        context["aws:MultiFactorAuthPresent"] = "true" if who.mfa else "false"
        if who.mfa_age is not None:
            context["aws:MultiFactorAuthAge"] = str(int(who.mfa_age))
    if req.service == "iam":
        context["iam:PolicyARN"] = req.params.get("PolicyArn")
    if req.service == "s3":
        context.update(s3_context(req))
    return {key: value for key, value in context.items() if value is not None}


def s3_context(req):
    names = ("x-amz-acl", "x-amz-server-side-encryption",
             "x-amz-server-side-encryption-aws-kms-key-id", "x-amz-content-sha256")
    context = {f"s3:{name}": req.headers.get(name) for name in names}
    query = dict(req.query)
    for name in ("prefix", "delimiter", "max-keys"):
        context[f"s3:{name}"] = query.get(name)
    context["s3:VersionId"] = req.params.get("VersionId")
    return context


# ---- whose policies -------------------------------------------------------

def bucket_policy_of(req, world):
    bucket = world.s3_backend().buckets.get(req.params.get("Bucket"))
    return json.loads(bucket.policy) if bucket is not None and bucket.policy else None


def identity_policies(who, world):
    """Every policy in effect for the caller; late visibility hides the newest ones."""
    backend = world.iam_backend()
    if who.kind == "role":
        role = backend.get_role(who.arn.split("/")[1])
        return documents(role, "role-policy", role.name, world)
    user = backend.get_user(who.user_name)
    found = documents(user, "user-policy", user.name, world)
    for group in backend.get_groups_for_user(user.name):
        if not world.hidden("member", group.name, user.name):
            found += documents(group, "group-policy", group.name, world)
    return found


def documents(entity, kind, name, world):
    inline = [text for policy, text in entity.policies.items()
              if not world.hidden(kind, name, policy)]
    attached = [default_version(policy) for arn, policy in entity.managed_policies.items()
                if not world.hidden(kind, name, arn)]
    return [text if isinstance(text, dict) else json.loads(text) for text in inline + attached]


def default_version(policy):
    return next(version.document for version in policy.versions if version.is_default)


def boundary_of(who, world):
    """The permissions boundary of a user or role, or None."""
    if who.kind == "role":
        entity = world.iam_backend().get_role(who.arn.split("/")[1])
    else:
        entity = world.iam_backend().get_user(who.user_name)
    arn = getattr(entity, "permissions_boundary_arn", None)
    return json.loads(default_version(world.iam_backend().get_policy(arn))) if arn else None


# ---- the answer -----------------------------------------------------------

def denied_text(req, ask, decision):
    """The sentence of "Troubleshoot access denied error messages"."""
    resource = f'"{ask.resource}"' if req.service == "s3" else ask.resource
    text = (f"User: {req.principal.arn} is not authorized to perform: {ask.action} "
            f"on resource: {resource} ")
    kind = KIND_TEXT[decision.source]
    if decision.effect == EXPLICIT_DENY:
        article = "an" if kind[0] in "aeiou" else "a"
        return text + f"with an explicit deny in {article} {kind}"
    return text + f"because no {kind} allows the {ask.action} action"
