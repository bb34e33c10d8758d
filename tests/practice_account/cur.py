# SPDX-License-Identifier: MIT
"""AWS Cost and Usage Reports (legacy CUR), which moto has no backend for.

Sources: AWS Cost and Usage Report API Reference (PutReportDefinition,
DescribeReportDefinitions, ModifyReportDefinition, DeleteReportDefinition); Cost and Usage
Report User Guide, "Setting up an Amazon S3 bucket for Cost and Usage Reports".
"""
import time

from .billing import (REPORTS, Refusal, dispatch, invalid, lets_deliver, merge_tags, own_bucket,
                      page, tag_list)

MAX_REPORTS = 5
PAGE = 5              # MaxResults is fixed at 5
FIRST_DELIVERY = 24 * 3600
# The service presents this literal ARN: the console itself writes it under StringEquals.
SOURCE = "arn:{partition}:cur:us-east-1:{account}:definition/*"
ACTIONS = ("s3:GetBucketAcl", "s3:GetBucketPolicy", "s3:PutObject")


def reports(world):
    return world.extra.setdefault("cur", {})


def state(world):
    return {"cur": {name: entry["definition"] for name, entry in reports(world).items()}}


def stage(req, world):
    return dispatch(req, world, "cur", HANDLERS)


def put(params, world):
    definition, known = params["ReportDefinition"], reports(world)
    name = definition["ReportName"]
    check_combination(definition)
    if name in known:
        raise Refusal("DuplicateReportNameException",
                      f"Report definition {name} already exists.")
    if len(known) >= MAX_REPORTS:
        raise Refusal("ReportLimitReachedException",
                      "You have reached the maximum number of report definitions.")
    check_bucket(definition, world)
    known[name] = {"definition": definition, "tags": {}, "created": world.clock.now()}
    merge_tags(known[name]["tags"], params.get("Tags") or [])
    return {}


def check_combination(definition):
    """Parquet goes with Parquet; ATHENA needs Parquet, overwriting, and no other artifact."""
    parquet = definition["Format"] == "Parquet"
    if parquet != (definition["Compression"] == "Parquet"):
        raise invalid("Invalid combination of Format and Compression.")
    artifacts = definition.get("AdditionalArtifacts") or []
    if "ATHENA" in artifacts and (
            not parquet or len(artifacts) > 1
            or definition.get("ReportVersioning") != "OVERWRITE_REPORT"):
        raise invalid("Invalid combination of AdditionalArtifacts, Format and ReportVersioning.")
    if not parquet and definition["Compression"] not in ("ZIP", "GZIP"):
        raise invalid("Invalid compression.")


def problem(definition, world):
    """"", or the ReportStatus that deliveries to the bucket would get."""
    bucket = definition["S3Bucket"]
    if own_bucket(world, bucket, definition["S3Region"]) is None:
        return "ERROR_NO_BUCKET"
    key = f"{definition['S3Prefix']}/{definition['ReportName']}/x".lstrip("/")
    source = SOURCE.format(partition=world.partition, account=world.account)
    return "" if lets_deliver(world, bucket, REPORTS, source, ACTIONS, key) \
        else "ERROR_PERMISSIONS"


def check_bucket(definition, world):
    if problem(definition, world):
        raise invalid("Failed to verify customer bucket permission.")


def describe(params, world):
    size = params.get("MaxResults")
    if size not in (None, PAGE):
        raise invalid("MaxResults must be 5.")
    entries, token = page(list(reports(world).values()), params, PAGE)
    found = [with_status(entry, world) for entry in entries]
    return {"ReportDefinitions": found, "NextToken": token}


def with_status(entry, world):
    """The definition; its ReportStatus appears with the first delivery."""
    definition = dict(entry["definition"])
    definition.pop("ReportStatus", None)
    due = entry["created"] + FIRST_DELIVERY
    if world.clock.now() >= due:
        wrong = problem(definition, world)
        status = {"lastStatus": wrong or "SUCCESS"}
        if not wrong:
            status["lastDelivery"] = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(due))
        definition["ReportStatus"] = status
    return definition


def modify(params, world):
    name, definition = params["ReportName"], params["ReportDefinition"]
    if name not in reports(world) or definition["ReportName"] != name:
        raise invalid(f"Report definition {name} does not exist.")
    check_combination(definition)
    check_bucket(definition, world)
    reports(world)[name]["definition"] = definition
    return {}


def delete(params, world):
    name = params["ReportName"]
    if reports(world).pop(name, None) is None:
        raise invalid(f"Report definition {name} does not exist.")
    return {"ResponseMessage": f"Report definition {name} deleted."}


def tags_of(params, world):
    entry = reports(world).get(params["ReportName"])
    if entry is None:
        raise Refusal("ResourceNotFoundException",
                      f"Report definition {params['ReportName']} does not exist.")
    return entry["tags"]


def tag(params, world):
    merge_tags(tags_of(params, world), params["Tags"])
    return {}


def untag(params, world):
    for key in params["TagKeys"]:
        tags_of(params, world).pop(key, None)
    return {}


HANDLERS = {
    "PutReportDefinition": put, "DescribeReportDefinitions": describe,
    "ModifyReportDefinition": modify, "DeleteReportDefinition": delete,
    "TagResource": tag, "UntagResource": untag,
    "ListTagsForResource": lambda params, world: {"Tags": tag_list(tags_of(params, world))},
}
