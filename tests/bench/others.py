# SPDX-License-Identifier: MIT
"""What a user would do instead: the audit's calls by boto3 (one after the other, or in ten
threads) and by the AWS CLI. others.py sequence|threads runs the first; cli_script() writes the
second."""
import sys
from concurrent.futures import ThreadPoolExecutor

BUCKETS = ("example-logs", "example-billing")
TRAIL = "arn:aws:cloudtrail:us-east-1:123456789012:trail/example"
EXPORT = "arn:aws:bcm-data-exports:us-east-1:123456789012:export/example-1"
FILTER = ["User", "Group", "LocalManagedPolicy", "AWSManagedPolicy"]
S3_READS = ["head_bucket", "get_public_access_block", "get_bucket_policy",
            "get_bucket_policy_status", "get_bucket_versioning", "get_bucket_encryption",
            "get_bucket_lifecycle_configuration", "get_bucket_ownership_controls"]

# The waves of the audit: (service, method, parameters).
WAVES = [
    [("sts", "get_caller_identity", {}),
     ("iam", "get_account_summary", {}), ("iam", "get_account_password_policy", {}),
     ("iam", "list_account_aliases", {}),
     ("iam", "get_account_authorization_details", {"MaxItems": 1000, "Filter": FILTER}),
     ("iam", "list_virtual_mfa_devices", {"MaxItems": 1000}),
     ("iam", "generate_credential_report", {}),
     ("cloudtrail", "describe_trails", {"includeShadowTrails": True}),
     ("cur", "describe_report_definitions", {"MaxResults": 5}),
     ("bcm-data-exports", "list_exports", {})],
    [("iam", "get_credential_report", {}),
     ("cloudtrail", "get_trail_status", {"Name": TRAIL}),
     ("cloudtrail", "get_event_selectors", {"TrailName": TRAIL}),
     ("bcm-data-exports", "get_export", {"ExportArn": EXPORT})]
    + [("s3", read, {"Bucket": BUCKETS[0]}) for read in S3_READS],
    [("s3", read, {"Bucket": BUCKETS[1]}) for read in S3_READS],
]


def run(threads):
    import boto3
    from botocore.config import Config

    config = Config(s3={"addressing_style": "path"}, max_pool_connections=10)
    session = boto3.session.Session(region_name="us-east-1")
    clients = {name: session.client(name, config=config)
               for name in dict.fromkeys(name for wave in WAVES for name, _, _ in wave)}

    def one(call):
        service, method, params = call
        getattr(clients[service], method)(**params)

    with ThreadPoolExecutor(threads) as pool:
        for wave in WAVES:
            list(pool.map(one, wave))


def _option(name, value):
    words = "--" + "".join("-" + c.lower() if c.isupper() else c for c in name).lstrip("-")
    if value is True:
        return words
    return f"{words} {' '.join(value) if isinstance(value, list) else value}"


def cli_script(aws):
    """The same calls, one `aws` after the other; {aws} is the program."""
    lines = []
    for wave in WAVES:
        for service, method, params in wave:
            options = " ".join(_option(name, value) for name, value in params.items())
            # boto3 asks for one page; so must the CLI.
            options = options.replace("--max-items 1000", "")
            name = "s3api" if service == "s3" else service
            lines.append(f"{aws} {name} {method.replace('_', '-')} --no-paginate {options}"
                         " >/dev/null || exit 1")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    run(10 if sys.argv[1] == "threads" else 1)
