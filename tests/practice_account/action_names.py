# SPDX-License-Identifier: MIT
"""From an API call to the IAM action and the resource ARN it is checked against.

Source: Service Authorization Reference ("Actions, resources, and condition keys for ...").
"""
PREFIXES = {"s3control": "s3", "accessanalyzer": "access-analyzer"}

# S3 actions whose name is not "s3:" plus the operation's name.
S3_ACTIONS = {
    "ListBuckets": "ListAllMyBuckets", "HeadBucket": "ListBucket", "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket", "ListObjectVersions": "ListBucketVersions",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListParts": "ListMultipartUploadParts", "HeadObject": "GetObject",
    "GetObjectAttributes": "GetObject", "DeleteObjects": "DeleteObject",
    "CopyObject": "PutObject", "CreateMultipartUpload": "PutObject", "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject", "CompleteMultipartUpload": "PutObject",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketTagging": "PutBucketTagging", "GetBucketCors": "GetBucketCORS",
    "PutBucketCors": "PutBucketCORS", "DeleteBucketCors": "PutBucketCORS",
    "GetBucketReplication": "GetReplicationConfiguration",
    "PutBucketReplication": "PutReplicationConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
}
VERSIONED = {"GetObject", "DeleteObject", "GetObjectAcl", "PutObjectAcl", "GetObjectTagging"}
S3CONTROL_ACTIONS = {"GetPublicAccessBlock": "GetAccountPublicAccessBlock",
                     "PutPublicAccessBlock": "PutAccountPublicAccessBlock",
                     "DeletePublicAccessBlock": "PutAccountPublicAccessBlock"}
BUDGET_WRITES = {"CreateBudget", "UpdateBudget", "DeleteBudget", "CreateNotification",
                 "UpdateNotification", "DeleteNotification", "CreateSubscriber",
                 "UpdateSubscriber", "DeleteSubscriber"}
# IAM calls whose resource is the policy itself, not the user or group in the request.
POLICY_CALLS = {"GetPolicy", "GetPolicyVersion", "ListPolicyVersions", "CreatePolicyVersion",
                "DeletePolicyVersion", "SetDefaultPolicyVersion", "DeletePolicy",
                "ListEntitiesForPolicy", "TagPolicy", "UntagPolicy", "ListPolicyTags"}
MFA_CALLS = {"CreateVirtualMFADevice", "DeleteVirtualMFADevice", "TagMFADevice"}
# IAM calls on the caller itself when UserName is left out.
OWN_CALLS = {"GetUser", "ListAccessKeys", "CreateAccessKey", "UpdateAccessKey",
             "DeleteAccessKey", "ListMFADevices", "ChangePassword", "DeactivateMFADevice",
             "ListSigningCertificates", "GetMFADevice", "GetLoginProfile"}


def action_of(req):
    """The IAM action name, such as "s3:PutEncryptionConfiguration"."""
    if req.service == "s3":
        name = S3_ACTIONS.get(req.action, req.action)
        versioned = name in VERSIONED and req.params.get("VersionId")
        return f"s3:{name}Version" if versioned else f"s3:{name}"
    if req.service == "s3control":
        return f"s3:{S3CONTROL_ACTIONS.get(req.action, req.action)}"
    if req.service == "budgets":
        return f"budgets:{'ModifyBudget' if req.action in BUDGET_WRITES else 'ViewBudget'}"
    return f"{PREFIXES.get(req.service, req.service)}:{req.action}"


def resources_of(req, world):
    """The ARNs to check, usually one; ["*"] when the call names no resource."""
    chooser = {"iam": iam_resource, "s3": s3_resource, "sts": sts_resource}.get(req.service)
    found = chooser(req, world) if chooser else other_resource(req, world)
    return found if isinstance(found, list) else [found or "*"]


def s3_resource(req, world):
    bucket = req.params.get("Bucket")
    if not bucket:
        return "*"
    arn = f"arn:{world.partition}:s3:::{bucket}"
    if req.action == "DeleteObjects":
        listed = req.params.get("Delete", {}).get("Objects", [])
        return [f"{arn}/{item['Key']}" for item in listed] or [arn]
    return f"{arn}/{req.params['Key']}" if req.params.get("Key") else arn


def sts_resource(req, world):
    return req.params.get("RoleArn")


def iam_resource(req, world):
    params, base = req.params, f"arn:{world.partition}:iam::{world.account}:"
    if req.action in MFA_CALLS:
        path = params.get("Path", "/")
        return params.get("SerialNumber") or f"{base}mfa{path}{params['VirtualMFADeviceName']}"
    if req.action == "CreatePolicy":
        return f"{base}policy{params.get('Path', '/')}{params['PolicyName']}"
    if req.action in POLICY_CALLS:
        return params.get("PolicyArn")
    backend = world.iam_backend()
    for kind, member, existing in (("group", "GroupName", backend.groups),
                                   ("role", "RoleName",
                                    {role.name: role for role in backend.roles.values()}),
                                   ("user", "UserName", backend.users)):
        name = params.get(member)
        if name:
            path = getattr(existing.get(name), "path", params.get("Path", "/"))
            return f"{base}{kind}{path}{name}"
    if req.action in OWN_CALLS and req.principal.user_name:
        return world.user_arn(req.principal.user_name)
    return "*"


def other_resource(req, world):
    """Trails, topics, report definitions and exports; the other services check "*" here."""
    params, where = req.params, f"{req.scope_region}:{world.account}:"
    if req.service == "cloudtrail":
        name = params.get("Name") or params.get("TrailName")
        full = f"arn:{world.partition}:cloudtrail:{where}trail/{name}"
        return None if not name else name if name.startswith("arn:") else full
    if req.service == "cur":
        name = params.get("ReportName") or params.get("ReportDefinition", {}).get("ReportName")
        return name and f"arn:{world.partition}:cur:{where}definition/{name}"
    if req.service == "sns" and params.get("Name"):
        return f"arn:{world.partition}:sns:{where}{params['Name']}"
    return params.get("TopicArn") or params.get("ExportArn") or params.get("ResourceArn")
