# SPDX-License-Identifier: MIT
"""The answers of a small account that is nearly all green, or of one with thousands of users.

Shapes: the API references of the services; values: templates, no real account.
"""
import base64
import json
from urllib.parse import quote

ACCOUNT = "123456789012"
LOGS, BILLING = "example-logs", "example-billing"
TRAIL = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/example"
EXPORT = f"arn:aws:bcm-data-exports:us-east-1:{ACCOUNT}:export/example-1"
PAGE = 1000
WHEN = "2026-11-01T10:00:00Z"
COLUMNS = ("user,arn,user_creation_time,password_enabled,password_last_used,"
           "password_last_changed,password_next_rotation,mfa_active,access_key_1_active,"
           "access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,"
           "access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
           "access_key_2_last_used_date,access_key_2_last_used_region,"
           "access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,"
           "cert_2_last_rotated")
NOBODY = "N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"


def _document(policy):
    return quote(json.dumps(policy), safe="")


ADMIN = _document({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "*", "Resource": "*"}]})


class Account:
    """users: how many there are. ``answer`` gives (status, content type, body) of a call."""

    def __init__(self, users=3):
        self.names = [f"user{n:05}" for n in range(users)]
        self._kept = {}

    def answer(self, service, action, params):
        key = (service, action, params.get("Marker", ""), params.get("bucket", ""))
        if key not in self._kept:
            made = getattr(self, f"_{service}")(action, params)
            self._kept[key] = made if isinstance(made, tuple) else (200, *_typed(made))
        return self._kept[key]

    # Each service: the body, or (status, content type, body).

    def _sts(self, action, _):
        arn = f"arn:aws:iam::{ACCOUNT}:user/{self.names[0]}"
        return _result(action, f"<Arn>{arn}</Arn><UserId>AIDAEXAMPLE</UserId>"
                               f"<Account>{ACCOUNT}</Account>")

    def _iam(self, action, params):
        return _result(action, getattr(self, "_" + action)(params))

    def _GetAccountSummary(self, _):
        values = {"Users": len(self.names), "AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0,
                  "Groups": 1, "MFADevices": len(self.names) + 1, "AccountPasswordPresent": 1}
        return "<SummaryMap>" + "".join(
            f"<entry><key>{k}</key><value>{v}</value></entry>" for k, v in values.items()
        ) + "</SummaryMap>"

    def _GetAccountPasswordPolicy(self, _):
        flags = ["RequireSymbols", "RequireNumbers", "RequireUppercaseCharacters",
                 "RequireLowercaseCharacters", "AllowUsersToChangePassword"]
        return ("<PasswordPolicy><MinimumPasswordLength>14</MinimumPasswordLength>"
                + "".join(f"<{flag}>true</{flag}>" for flag in flags)
                + "<ExpirePasswords>false</ExpirePasswords><PasswordReusePrevention>24"
                  "</PasswordReusePrevention></PasswordPolicy>")

    def _ListAccountAliases(self, _):
        return ("<IsTruncated>false</IsTruncated><AccountAliases><member>example-corp</member>"
                "</AccountAliases>")

    def _page(self, params):
        first = int(params.get("Marker", 0))
        last = first + min(PAGE, int(params.get("MaxItems", 100)))
        more = (f"<IsTruncated>true</IsTruncated><Marker>{last}</Marker>"
                if last < len(self.names) else "<IsTruncated>false</IsTruncated>")
        return first, self.names[first:last], more

    def _GetAccountAuthorizationDetails(self, params):
        first, names, more = self._page(params)
        users = "".join(
            f"<member><Path>/</Path><UserName>{name}</UserName><UserId>AIDA{name.upper()}</UserId>"
            f"<Arn>arn:aws:iam::{ACCOUNT}:user/{name}</Arn><CreateDate>{WHEN}</CreateDate>"
            "<GroupList><member>administrators</member></GroupList>"
            "<AttachedManagedPolicies/></member>" for name in names)
        rest = "" if first else (
            "<GroupDetailList><member><Path>/</Path><GroupName>administrators</GroupName>"
            f"<GroupId>AGPAEXAMPLE</GroupId><Arn>arn:aws:iam::{ACCOUNT}:group/administrators</Arn>"
            f"<CreateDate>{WHEN}</CreateDate><GroupPolicyList/><AttachedManagedPolicies><member>"
            "<PolicyName>AdministratorAccess</PolicyName>"
            "<PolicyArn>arn:aws:iam::aws:policy/AdministratorAccess</PolicyArn></member>"
            "</AttachedManagedPolicies></member></GroupDetailList><Policies><member>"
            "<PolicyName>AdministratorAccess</PolicyName><PolicyId>ANPAEXAMPLE</PolicyId>"
            "<Arn>arn:aws:iam::aws:policy/AdministratorAccess</Arn><Path>/</Path>"
            "<DefaultVersionId>v1</DefaultVersionId><AttachmentCount>1</AttachmentCount>"
            "<PermissionsBoundaryUsageCount>0</PermissionsBoundaryUsageCount>"
            f"<IsAttachable>true</IsAttachable><CreateDate>{WHEN}</CreateDate>"
            "<PolicyVersionList><member><VersionId>v1</VersionId><IsDefaultVersion>true"
            f"</IsDefaultVersion><Document>{ADMIN}</Document></member></PolicyVersionList>"
            "</member></Policies>")
        return f"{more}<UserDetailList>{users}</UserDetailList>{rest}"

    def _ListVirtualMFADevices(self, params):
        _, names, more = self._page(params)
        return more + "<VirtualMFADevices>" + "".join(
            f"<member><SerialNumber>arn:aws:iam::{ACCOUNT}:mfa/{name}</SerialNumber>"
            f"<EnableDate>{WHEN}</EnableDate><User><Path>/</Path><UserName>{name}</UserName>"
            f"<UserId>AIDA{name.upper()}</UserId><Arn>arn:aws:iam::{ACCOUNT}:user/{name}</Arn>"
            "</User></member>" for name in names) + "</VirtualMFADevices>"

    def _GenerateCredentialReport(self, _):
        return "<State>COMPLETE</State>"

    def _GetCredentialReport(self, _):
        when = "2026-11-01T10:00:00+00:00"
        key = f"true,{when},{when},us-east-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
        rows = [COLUMNS, f"<root_account>,arn:aws:iam::{ACCOUNT}:root,{when},not_supported,{when},"
                         f"not_supported,not_supported,true,false,N/A,{NOBODY}"]
        rows += [f"{name},arn:aws:iam::{ACCOUNT}:user/{name},{when},true,{when},{when},N/A,true,"
                 f"{key}" for name in self.names]
        content = base64.b64encode("\n".join(rows).encode()).decode()
        return (f"<Content>{content}</Content><ReportFormat>text/csv</ReportFormat>"
                f"<GeneratedTime>{WHEN}</GeneratedTime>")

    def _cloudtrail(self, action, _):
        return {
            "DescribeTrails": {"trailList": [{
                "Name": "example", "S3BucketName": LOGS, "IncludeGlobalServiceEvents": True,
                "IsMultiRegionTrail": True, "HomeRegion": "us-east-1", "TrailARN": TRAIL,
                "LogFileValidationEnabled": True, "HasCustomEventSelectors": False,
                "HasInsightSelectors": False, "IsOrganizationTrail": False}]},
            "GetTrailStatus": {"IsLogging": True, "LatestDeliveryTime": 1793440000.0,
                               "StartLoggingTime": 1793400000.0},
            "GetEventSelectors": {"TrailARN": TRAIL, "EventSelectors": [
                {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [],
                 "ExcludeManagementEventSources": []}]},
        }[action]

    def _cur(self, _, __):
        return {"ReportDefinitions": []}

    def _bcm(self, action, _):
        ref = {"ExportArn": EXPORT, "ExportName": "example",
               "ExportStatus": {"StatusCode": "HEALTHY", "CreatedAt": WHEN, "LastUpdatedAt": WHEN}}
        export = {"ExportArn": EXPORT, "Name": "example",
                  "DataQuery": {"QueryStatement": "SELECT * FROM COST_AND_USAGE_REPORT",
                                "TableConfigurations": {"COST_AND_USAGE_REPORT": {
                                    "TIME_GRANULARITY": "DAILY", "INCLUDE_RESOURCES": "FALSE"}}},
                  "DestinationConfigurations": {"S3Destination": {
                      "S3Bucket": BILLING, "S3Prefix": "cur", "S3Region": "us-east-1",
                      "S3OutputConfigurations": {"OutputType": "CUSTOM", "Format": "PARQUET",
                                                 "Compression": "PARQUET",
                                                 "Overwrite": "OVERWRITE_REPORT"}}},
                  "RefreshCadence": {"Frequency": "SYNCHRONOUS"}}
        return {"ListExports": {"Exports": [ref]},
                "GetExport": {"Export": export, "ExportStatus": ref["ExportStatus"]}}[action]

    def _s3(self, action, params):
        return {
            "HeadBucket": b"",
            "GetPublicAccessBlock": _pab(),
            "GetBucketPolicy": _bucket_policy(params["bucket"]),
            "GetBucketPolicyStatus":
                "<PolicyStatus><IsPublic>false</IsPublic></PolicyStatus>",
            "GetBucketVersioning":
                "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
            "GetBucketEncryption":
                "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>"
                "<SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>"
                "</ServerSideEncryptionConfiguration>",
            "GetBucketLifecycleConfiguration":
                "<LifecycleConfiguration><Rule><ID>old</ID><Filter><Prefix></Prefix></Filter>"
                "<Status>Enabled</Status><Expiration><Days>400</Days></Expiration></Rule>"
                "</LifecycleConfiguration>",
            "GetBucketOwnershipControls":
                "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership>"
                "</Rule></OwnershipControls>",
        }[action]


def _result(action, inside):
    return (f"<{action}Response xmlns=\"https://example.com/doc/\"><{action}Result>{inside}"
            f"</{action}Result><ResponseMetadata><RequestId>11111111-2222-3333-4444-555555555555"
            f"</RequestId></ResponseMetadata></{action}Response>")


def _pab():
    return "<PublicAccessBlockConfiguration>" + "".join(
        f"<{name}>true</{name}>" for name in (
            "BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    ) + "</PublicAccessBlockConfiguration>"


def _bucket_policy(bucket):
    service = "cloudtrail" if bucket == LOGS else "bcm-data-exports"
    arn = f"arn:aws:s3:::{bucket}"
    return {"Version": "2012-10-17", "Statement": [
        {"Sid": "AclCheck", "Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"},
         "Action": "s3:GetBucketAcl", "Resource": arn,
         "Condition": {"StringEquals": {"aws:SourceArn": TRAIL}}},
        {"Sid": "Write", "Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"},
         "Action": "s3:PutObject", "Resource": f"{arn}/AWSLogs/{ACCOUNT}/*",
         "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control",
                                        "aws:SourceArn": TRAIL}}}]}


def _typed(body):
    if isinstance(body, dict):
        return "application/json", json.dumps(body).encode()
    return "text/xml", body if isinstance(body, bytes) else body.encode()
