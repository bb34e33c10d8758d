# SPDX-License-Identifier: MIT
"""AWS Data Exports (CUR 2.0), which moto has no backend for.

Sources: AWS Billing and Cost Management API Reference, "AWS Data Exports"; Data Exports User
Guide, "Setting up an Amazon S3 bucket for data exports" and "Data query". The reasons of
ValidationException are worded here; the API Reference does not list them.
"""
import uuid

from . import export_tables
from .billing import (EXPORTS, REPORTS, Refusal, dispatch, invalid, lets_deliver, merge_tags,
                      own_bucket, page, tag_list)

# Creating an export writes this object at the bucket's root, whatever the prefix.
TEST_OBJECT = "aws-programmatic-access-test-object"
ACTIONS = ("s3:GetBucketPolicy", "s3:PutObject")
FIRST_DELIVERY = 24 * 3600


def exports(world):
    return world.extra.setdefault("data_exports", {})


def state(world):
    return {"data_exports": {arn: entry["export"] for arn, entry in exports(world).items()}}


def stage(req, world):
    return dispatch(req, world, "bcm-data-exports", HANDLERS)


def create(params, world):
    export, now = dict(params["Export"]), world.clock.now()
    if any(entry["export"]["Name"] == export["Name"] for entry in exports(world).values()):
        raise invalid(f"Export name {export['Name']} already exists.")
    arn = (f"arn:{world.partition}:bcm-data-exports:us-east-1:{world.account}:export/"
           f"{export['Name']}-{uuid.uuid4()}")
    export["ExportArn"] = arn
    check(export, world)
    exports(world)[arn] = {"export": export, "created": now, "updated": now, "tags": {}}
    merge_tags(exports(world)[arn]["tags"], params.get("ResourceTags") or [])
    return {"ExportArn": arn}


def check(export, world):
    query = export["DataQuery"]
    configurations = query.get("TableConfigurations") or {}
    try:
        for table in configurations:
            if table != export_tables.CUR2:
                raise ValueError(f"Invalid table name: {table}")
        export_tables.check_query(query["QueryStatement"], configurations)
    except ValueError as bad:
        raise invalid(str(bad)) from None
    target = export["DestinationConfigurations"]["S3Destination"]
    output = target["S3OutputConfigurations"]
    if (output["Format"] == "PARQUET") != (output["Compression"] == "PARQUET"):
        raise invalid("Invalid combination of Format and Compression.")
    if target.get("S3BucketOwner", world.account) != world.account:
        raise invalid("S3BucketOwner does not own the bucket.")
    if not deliverable(export, world):
        raise invalid("S3 bucket permission validation failed for the bucket "
                      f"{target['S3Bucket']}.")


def deliverable(export, world):
    """Both services must be let in by the policy the User Guide documents."""
    target = export["DestinationConfigurations"]["S3Destination"]
    if own_bucket(world, target["S3Bucket"], target["S3Region"]) is None:
        return False
    sources = {
        EXPORTS: export["ExportArn"],
        REPORTS: f"arn:{world.partition}:cur:us-east-1:{world.account}:definition/*",
    }
    return all(lets_deliver(world, target["S3Bucket"], service, source, ACTIONS, TEST_OBJECT)
               for service, source in sources.items())


def entry_of(arn, world):
    if arn not in exports(world):
        raise Refusal("ResourceNotFoundException", f"Export {arn} was not found.")
    return exports(world)[arn]


def status(entry, world):
    found = {"CreatedAt": entry["created"], "LastUpdatedAt": entry["updated"],
             "StatusCode": "HEALTHY"}
    if not deliverable(entry["export"], world):
        found.update(StatusCode="UNHEALTHY", StatusReason="INSUFFICIENT_PERMISSION")
    elif delivered(entry, world):
        found["LastRefreshedAt"] = entry["created"] + FIRST_DELIVERY
    return found


def delivered(entry, world):
    return world.clock.now() >= entry["created"] + FIRST_DELIVERY


def get(params, world):
    entry = entry_of(params["ExportArn"], world)
    return {"Export": entry["export"], "ExportStatus": status(entry, world)}


def list_exports(params, world):
    found = [{"ExportArn": arn, "ExportName": entry["export"]["Name"],
              "ExportStatus": status(entry, world)} for arn, entry in exports(world).items()]
    items, token = page(found, params, 100)
    return {"Exports": items, "NextToken": token}


def update(params, world):
    arn = params["ExportArn"]
    entry = entry_of(arn, world)
    export = dict(params["Export"], ExportArn=arn)
    if export["Name"] != entry["export"]["Name"]:
        raise invalid("The name of an export cannot be changed.")
    check(export, world)
    entry.update(export=export, updated=world.clock.now())
    return {"ExportArn": arn}


def delete(params, world):
    entry_of(params["ExportArn"], world)
    del exports(world)[params["ExportArn"]]
    return {"ExportArn": params["ExportArn"]}


# ---- tables ---------------------------------------------------------------

def list_tables(params, world):
    items, token = page([export_tables.described()], params, 100)
    return {"Tables": items, "NextToken": token}


def get_table(params, world):
    name, given = params["TableName"], params.get("TableProperties")
    if name != export_tables.CUR2:
        raise invalid(f"Invalid table name: {name}")
    try:
        properties, schema = export_tables.complete(given), export_tables.schema(given)
    except ValueError as bad:
        raise invalid(str(bad)) from None
    return {"TableName": name, "Description": export_tables.described()["Description"],
            "TableProperties": properties, "Schema": schema}


# ---- executions and tags --------------------------------------------------

def executions(entry, world):
    """One delivery, a day after the export was made (new accounts: up to 24 hours)."""
    if not delivered(entry, world):
        return []
    when = entry["created"] + FIRST_DELIVERY
    good = deliverable(entry["export"], world)
    found = {"StatusCode": "DELIVERY_SUCCESS" if good else "DELIVERY_FAILURE",
             "CreatedAt": when, "CompletedAt": when, "LastUpdatedAt": when}
    if not good:
        found["StatusReason"] = "INSUFFICIENT_PERMISSION"
    return [{"ExecutionId": f"{int(when)}", "ExecutionStatus": found}]


def list_executions(params, world):
    found = executions(entry_of(params["ExportArn"], world), world)
    items, token = page(found, params, 100)
    return {"Executions": items, "NextToken": token}


def get_execution(params, world):
    entry = entry_of(params["ExportArn"], world)
    for found in executions(entry, world):
        if found["ExecutionId"] == params["ExecutionId"]:
            return dict(found, Export=entry["export"])
    raise Refusal("ResourceNotFoundException", "The execution was not found.")


def tag(params, world):
    merge_tags(entry_of(params["ResourceArn"], world)["tags"], params["ResourceTags"])
    return {}


def untag(params, world):
    for key in params["ResourceTagKeys"]:
        entry_of(params["ResourceArn"], world)["tags"].pop(key, None)
    return {}


def list_tags(params, world):
    items, token = page(tag_list(entry_of(params["ResourceArn"], world)["tags"]), params, 100)
    return {"ResourceTags": items, "NextToken": token}


HANDLERS = {
    "CreateExport": create, "GetExport": get, "ListExports": list_exports,
    "UpdateExport": update, "DeleteExport": delete, "ListTables": list_tables,
    "GetTable": get_table, "ListExecutions": list_executions, "GetExecution": get_execution,
    "TagResource": tag, "UntagResource": untag, "ListTagsForResource": list_tags,
}
