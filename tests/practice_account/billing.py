# SPDX-License-Identifier: MIT
"""What the two billing report services share: the bucket check, paging, tags, dispatch."""
from . import bucket_policy, wire

REPORTS, EXPORTS = "billingreports.amazonaws.com", "bcm-data-exports.amazonaws.com"


class Refusal(Exception):
    """An error of the service's own: code as in its model, and the message."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def dispatch(req, world, service, handlers):
    """The stage of both services: they live in us-east-1 only (endpoint rule sets)."""
    if req.service != service or req.action is None:
        return None
    if req.scope_region != "us-east-1":
        return wire.refuse(req, "SignatureDoesNotMatch", "Credential should be scoped to a valid "
                           f"region, not '{req.scope_region}'.")
    try:
        return wire.result(req, handlers[req.action](req.params, world))
    except Refusal as refusal:
        return wire.error(req, refusal.code, str(refusal), 400)


def invalid(message):
    return Refusal("ValidationException", message)


def lets_deliver(world, bucket, service, source_arn, actions, key):
    """Whether the bucket's policy lets a billing service do its checks and deliver."""
    return all(bucket_policy.service_may(
        world, bucket, service, action, key if action == "s3:PutObject" else None,
        aws_SourceArn=source_arn, aws_SourceAccount=world.account) for action in actions)


def own_bucket(world, bucket, region):
    """The bucket, if it exists, is this account's and lies in the Region given."""
    known = world.s3_backend().buckets.get(bucket)
    return known if known is not None and known.region_name == region else None


def page(items, params, default):
    """(one page, NextToken or None) of a list."""
    start = int(params.get("NextToken") or 0)
    size = int(params.get("MaxResults") or default)
    more = start + size < len(items)
    return items[start:start + size], str(start + size) if more else None


def merge_tags(tags, wanted):
    """tags: dict; wanted: the list of Key and Value of a request."""
    tags.update((tag["Key"], tag["Value"]) for tag in wanted)


def tag_list(tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]
