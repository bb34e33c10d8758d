# SPDX-License-Identifier: MIT
"""Where CloudTrail is stricter than moto.

Sources: CloudTrail API Reference (CreateTrail, UpdateTrail, DeleteTrail, DescribeTrails,
GetTrailStatus, GetEventSelectors, PutEventSelectors and their errors); CloudTrail User Guide,
"Amazon S3 bucket policy for CloudTrail", "Quotas in AWS CloudTrail", "Naming requirements".
"""
import calendar
import json
import re

from . import bucket_policy, wire

SERVICE = "cloudtrail.amazonaws.com"
MAX_TRAILS = 5
DELIVERY, DIGEST = 300, 3600        # seconds between deliveries; digests come hourly
DEFAULT_SELECTORS = [{"ReadWriteType": "All", "IncludeManagementEvents": True,
                      "DataResources": [], "ExcludeManagementEventSources": []}]


def stage(req, world):
    if req.service != "cloudtrail":
        return None
    handler = HANDLERS.get(req.action)
    return handler(req, world) if handler else None


def after(req, world, response):
    """CloudTrail leaves out what has no value; moto writes null."""
    if req.service == "cloudtrail" and response.status == 200 and response.body:
        response.body = json.dumps(without_nulls(json.loads(response.body))).encode()
    return response


def without_nulls(value):
    if isinstance(value, dict):
        return {name: without_nulls(v) for name, v in value.items() if v not in (None, "")}
    return [without_nulls(v) for v in value] if isinstance(value, list) else value


# ---- finding a trail ------------------------------------------------------

def all_trails(world):
    from moto.cloudtrail.models import cloudtrail_backends

    return [trail for backend in cloudtrail_backends[world.account].values()
            for trail in backend.trails.values()]


def seen_in(world, region):
    """Trails of a Region: its own, and multi-Region ones as shadows."""
    return [trail for trail in all_trails(world)
            if trail.region_name == region or trail.is_multi_region]


def find(req, world, name):
    """By name only where the trail lives; by ARN wherever it can be seen."""
    for trail in seen_in(world, req.scope_region):
        if trail.arn == name or (trail.trail_name == name
                                 and trail.region_name == req.scope_region):
            return trail
    return None


def missing(req, world, name):
    return wire.error(req, "TrailNotFoundException",
                      f"Unknown trail: {name} for the user: {world.account}")


def at_home(member, handler):
    """Wraps a call that only works on an existing trail in its home Region."""
    def wrapped(req, world):
        name = req.params[member]
        trail = find(req, world, name)
        if trail is None:
            return missing(req, world, name)
        if trail.region_name != req.scope_region:
            return wire.error(req, "InvalidHomeRegionException", "The trail's home Region is "
                              f"{trail.region_name}, not {req.scope_region}.")
        return handler(req, world, trail)
    return wrapped


# ---- the bucket -----------------------------------------------------------

def may_deliver(world, bucket, prefix, arn):
    """Evaluates the bucket's policy as CloudTrail does: the check, logs and digests."""
    region = arn.split(":")[3]
    base = f"{prefix}/" if prefix else ""
    keys = [f"{base}AWSLogs/{world.account}/{kind}/{region}/2026/01/01/file.json.gz"
            for kind in ("CloudTrail", "CloudTrail-Digest")]
    source = {"aws_SourceArn": arn, "aws_SourceAccount": world.account}
    return (bucket_policy.service_may(world, bucket, SERVICE, "s3:GetBucketAcl", **source)
            and all(bucket_policy.service_may(
                world, bucket, SERVICE, "s3:PutObject", key, **source,
                **{"s3_x-amz-acl": "bucket-owner-full-control"}) for key in keys))


def bucket_refusal(req, world, bucket, prefix, arn):
    if bucket not in world.s3_backend().buckets:
        return wire.error(req, "S3BucketDoesNotExistException",
                          f"S3 bucket {bucket} does not exist!")
    if not may_deliver(world, bucket, prefix, arn):
        return wire.error(req, "InsufficientS3BucketPolicyException",
                          f"Incorrect S3 bucket policy is detected for bucket: {bucket}")
    return None


# ---- the calls ------------------------------------------------------------

def create(req, world):
    name, region = req.params["Name"], req.scope_region
    if re.search(r"[._-]{2}", name) or re.fullmatch(r"\d+(\.\d+){3}", name):
        return wire.error(req, "InvalidTrailNameException",
                          "Trail name cannot have adjacent periods, underscores or dashes, "
                          "and cannot be an IP address.")
    trails = seen_in(world, region)
    if any(trail.trail_name == name for trail in trails if trail.region_name == region):
        return wire.error(req, "TrailAlreadyExistsException",
                          f"Trail {name} already exists for customer: {world.account}")
    if len(trails) >= MAX_TRAILS:
        return wire.error(req, "MaximumNumberOfTrailsExceededException",
                          f"User: {world.account} already has {MAX_TRAILS} trails in {region}.")
    arn = f"arn:{world.partition}:cloudtrail:{region}:{world.account}:trail/{name}"
    return bucket_refusal(req, world, req.params["S3BucketName"],
                          req.params.get("S3KeyPrefix"), arn)


def update(req, world, trail):
    bucket = req.params.get("S3BucketName", trail.bucket_name)
    prefix = req.params.get("S3KeyPrefix", trail.s3_key_prefix)
    return bucket_refusal(req, world, bucket, prefix, trail.arn)


def describe(req, world):
    """trailNameList narrows the answer; unknown names are passed over."""
    region, wanted = req.scope_region, req.params.get("trailNameList") or []
    shadows = req.params.get("includeShadowTrails", True)
    found = [trail for trail in seen_in(world, region)
             if (shadows or trail.region_name == region)
             and (not wanted or trail.arn in wanted
                  or (trail.trail_name in wanted and trail.region_name == region))]
    return answer({"trailList": [described(trail) for trail in found]})


def described(trail):
    custom = trail.event_selectors not in ([], DEFAULT_SELECTORS) or \
        bool(trail.advanced_event_selectors)
    return dict(trail.description(include_region=True), HasCustomEventSelectors=custom,
                HasInsightSelectors=bool(trail.insight_selectors))


def get_trail(req, world):
    trail = find(req, world, req.params["Name"])
    return answer({"Trail": described(trail)}) if trail else \
        missing(req, world, req.params["Name"])


def get_status(req, world):
    trail = find(req, world, req.params["Name"])
    return answer(status(trail, world)) if trail else missing(req, world, req.params["Name"])


def seconds(moment):
    """moto keeps naive UTC."""
    return calendar.timegm(moment.timetuple()) if moment else None


def status(trail, world):
    """First delivery about five minutes after StartLogging, then every five minutes."""
    state = trail.status
    started, stopped = seconds(state.started), seconds(state.stopped)
    found = {"IsLogging": state.is_logging, "StartLoggingTime": started,
             "StopLoggingTime": stopped}
    if started is None:
        return found
    end = world.clock.now() if state.is_logging else stopped
    found.update(delivery(trail, world, "", started, end, DELIVERY))
    if trail.log_validation:
        found.update(delivery(trail, world, "Digest", started, end, DIGEST))
    return found


def delivery(trail, world, kind, started, end, every):
    rounds = int((end - started) // every)
    if rounds < 1:
        return {}
    if trail.bucket_name not in world.s3_backend().buckets:
        return {f"Latest{kind}DeliveryError": "NoSuchBucket"}
    if not may_deliver(world, trail.bucket_name, trail.s3_key_prefix, trail.arn):
        return {f"Latest{kind}DeliveryError": "AccessDenied"}
    return {f"Latest{kind}DeliveryTime": started + rounds * every}


def start(req, world, trail):
    if not trail.status.is_logging:
        trail.start_logging()
    return answer({})


def stop(req, world, trail):
    if trail.status.is_logging:
        trail.stop_logging()
    return answer({})


def delete(req, world, trail):
    del world.cloudtrail_backend(trail.region_name).trails[trail.trail_name]
    return answer({})


def get_selectors(req, world):
    name = req.params["TrailName"]
    trail = find(req, world, name)
    if trail is None:
        return missing(req, world, name)
    if trail.advanced_event_selectors:
        return answer({"TrailARN": trail.arn,
                       "AdvancedEventSelectors": trail.advanced_event_selectors})
    return answer({"TrailARN": trail.arn,
                   "EventSelectors": trail.event_selectors or DEFAULT_SELECTORS})


def put_selectors(req, world, trail):
    """Basic and advanced selectors exclude each other: writing one erases the other."""
    basic = req.params.get("EventSelectors")
    advanced = req.params.get("AdvancedEventSelectors")
    if bool(basic) == bool(advanced) or len(basic or []) > 5:
        return wire.error(req, "InvalidEventSelectorsException",
                          "Give up to 5 event selectors or advanced event selectors, not both.")
    if basic:
        basic = [dict(DEFAULT_SELECTORS[0], **selector) for selector in basic]
    trail.event_selectors, trail.advanced_event_selectors = basic or [], advanced or []
    return answer({"TrailARN": trail.arn, "EventSelectors": basic or None,
                   "AdvancedEventSelectors": advanced or None})


def answer(data):
    return wire.Response(200, {"Content-Type": "application/x-amz-json-1.1"},
                         json.dumps(without_nulls(data)).encode())


HANDLERS = {
    "CreateTrail": create, "UpdateTrail": at_home("Name", update),
    "DeleteTrail": at_home("Name", delete), "DescribeTrails": describe, "GetTrail": get_trail,
    "GetTrailStatus": get_status, "StartLogging": at_home("Name", start),
    "StopLogging": at_home("Name", stop), "GetEventSelectors": get_selectors,
    "PutEventSelectors": at_home("TrailName", put_selectors),
}
