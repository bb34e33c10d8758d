# SPDX-License-Identifier: MIT
"""Where S3 is stricter than moto, and the defaults of buckets made since April 2023.

Sources: Amazon S3 User Guide: "Bucket naming rules", "Default settings for new S3 buckets
FAQ", "Blocking public access", "Checking object integrity", "Verifying bucket ownership with
bucket owner condition", "Request redirection and the REST API"; S3 API Reference, "Error
responses".  Buckets whose names begin with `taken-` belong to somebody else.
"""
import base64
import hashlib
import re
import zlib
from xml.sax.saxutils import escape

from . import bucket_policy, s3_hosts, wire

ALL_ON = {"BlockPublicAcls": "true", "IgnorePublicAcls": "true",
          "BlockPublicPolicy": "true", "RestrictPublicBuckets": "true"}
AES256 = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
                   "BucketKeyEnabled": "false"}}


def reset(world):
    """Takes the decision on bucket policies from moto, which does not read conditions."""
    from moto.iam.access_control import PermissionResult
    from moto.s3.models import FakeBucket

    FakeBucket.get_permission = lambda bucket, action, resource: PermissionResult.NEUTRAL


def stage(req, world):
    if req.service != "s3" or req.action is None:
        return None
    bucket = req.params.get("Bucket")
    if bucket is None:
        return None
    checks = (check_name, check_owner, check_region, check_checksum, check_acl)
    for check in checks:
        refusal = check(req, world, bucket)
        if refusal:
            return refusal
    own = {"PutBucketPolicy": put_policy, "GetBucketPolicyStatus": policy_status}.get(req.action)
    return own(req, world, bucket) if own else None


def after(req, world, response):
    if req.service != "s3" or req.action is None:
        return response
    name = req.params.get("Bucket")
    bucket = world.s3_backend().buckets.get(name)
    if bucket is None:
        bucket_policy.forget(world, name)
        return response
    if response.status < 300:
        settle(req, world, bucket)
    if req.method == "HEAD" and response.status in (301, 400, 403):
        response.headers["x-amz-bucket-region"] = bucket.region_name
    return response


def settle(req, world, bucket):
    """What a successful call leaves behind in AWS but not in moto."""
    if req.action == "CreateBucket" and bucket.encryption is None:
        world.s3_backend().put_public_access_block(bucket.name, ALL_ON)
        bucket.ownership_rule = bucket.ownership_rule or "BucketOwnerEnforced"
    if req.action in ("CreateBucket", "DeleteBucketEncryption") and bucket.encryption is None:
        bucket.encryption = AES256
    if req.action == "DeleteBucketPolicy":
        bucket_policy.remember(world, bucket.name, None)


# ---- checks of every call -------------------------------------------------

def name_is_valid(name):
    """General purpose buckets, as "Bucket naming rules" lists them."""
    return (re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", name) is not None
            and ".." not in name
            and not re.fullmatch(r"\d+\.\d+\.\d+\.\d+", name)
            and not name.startswith(("xn--", "sthree-", "amzn-s3-demo-"))
            and not name.endswith(("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")))


def check_name(req, world, bucket):
    if req.action != "CreateBucket":
        return None
    if not name_is_valid(bucket):
        return wire.error(req, "InvalidBucketName", "The specified bucket is not valid.", 400)
    if bucket.endswith("-an") and req.headers.get("x-amz-bucket-namespace") != "account-regional":
        return wire.error(req, "InvalidBucketName", "The specified bucket is not valid.", 400)
    if bucket.startswith("taken-"):
        return wire.error(req, "BucketAlreadyExists", "The requested bucket name is not "
                          "available. The bucket namespace is shared by all users of the "
                          "system. Please select a different name and try again.", 409)
    return None


def check_owner(req, world, bucket):
    expected = req.headers.get("x-amz-expected-bucket-owner")
    if bucket.startswith("taken-") or (expected and expected != world.account
                                       and bucket in world.s3_backend().buckets):
        return wire.error(req, "AccessDenied", "Access Denied", 403)
    return None


def check_region(req, world, bucket):
    """The endpoint's Region must be the bucket's.  Loopback hosts act as the global one."""
    known = world.s3_backend().buckets.get(bucket)
    host_region = s3_hosts.split(req.host)[1]
    if host_region and req.scope_region != host_region:
        return wrong_scope(req, host_region)
    if known is None or req.action == "CreateBucket":
        return None
    if req.action == "GetBucketLocation" and req.scope_region == "us-east-1":
        return None
    if req.scope_region == known.region_name:
        return None
    if host_region is None:
        return with_region(wrong_scope(req, known.region_name), known)
    endpoint = f"{bucket}.s3.{known.region_name}.amazonaws.com"
    return with_region(redirect(req, bucket, endpoint), known)


def wrong_scope(req, expected):
    text = (f"The authorization header is malformed; the region '{req.scope_region}' is wrong; "
            f"expecting '{expected}'")
    return detailed(wire.error(req, "AuthorizationHeaderMalformed", text, 400), Region=expected)


def redirect(req, bucket, endpoint):
    text = ("The bucket you are attempting to access must be addressed using the specified "
            "endpoint. Please send all future requests to this endpoint.")
    return detailed(wire.error(req, "PermanentRedirect", text, 301),
                    Endpoint=endpoint, Bucket=bucket)


def detailed(response, **members):
    more = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in members.items())
    response.body = response.body.replace(b"<RequestId>", more.encode() + b"<RequestId>")
    return response


def with_region(response, bucket):
    response.headers["x-amz-bucket-region"] = bucket.region_name
    return response


# ---- checksums ------------------------------------------------------------

def reflected_crc(data, polynomial, bits):
    value = mask = (1 << bits) - 1
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (polynomial if value & 1 else 0)
    return (value ^ mask).to_bytes(bits // 8, "big")


CHECKSUMS = {
    "md5": lambda data: hashlib.md5(data).digest(),
    "sha1": lambda data: hashlib.sha1(data).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
    "sha512": lambda data: hashlib.sha512(data).digest(),
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "crc32c": lambda data: reflected_crc(data, 0x82F63B78, 32),
    "crc64nvme": lambda data: reflected_crc(data, 0x9A6C9329AC4BC9B5, 64),
}


def check_checksum(req, world, bucket):
    prefix = "x-amz-checksum-"
    given = {name[len(prefix):]: value for name, value in req.headers.items()
             if name.startswith(prefix) and name[len(prefix):] in CHECKSUMS}
    if "content-md5" in req.headers:
        given["md5"] = req.headers["content-md5"]
    announced = req.headers.get("x-amz-sdk-checksum-algorithm", "").lower()
    if announced and announced not in given and "x-amz-trailer" not in req.headers:
        return wire.error(req, "InvalidRequest", "x-amz-sdk-checksum-algorithm specified, but no "
                          "corresponding x-amz-checksum-* or x-amz-trailer headers were found.")
    if not given and req.operation.http_checksum.get("requestChecksumRequired"):
        return wire.error(req, "InvalidRequest", "Missing required header for this request: "
                          "Content-MD5 OR x-amz-checksum-*")
    for name, value in given.items():
        if value != base64.b64encode(CHECKSUMS[name](req.body)).decode():
            return wire.error(req, "BadDigest", f"The {name.upper()} you specified did not match "
                              "the calculated checksum.")
    return None


# ---- access control lists and policies ------------------------------------

def check_acl(req, world, bucket):
    """With BucketOwnerEnforced, the default, access control lists are off."""
    wanted = req.headers.get("x-amz-acl", "private")
    if req.action == "CreateBucket":
        ownership = req.headers.get("x-amz-object-ownership", "BucketOwnerEnforced")
        if wanted != "private" and ownership == "BucketOwnerEnforced":
            return wire.error(req, "InvalidBucketAclWithObjectOwnership", "Bucket cannot have "
                              "ACLs set with ObjectOwnership's BucketOwnerEnforced setting")
    known = world.s3_backend().buckets.get(bucket)
    if req.action in ("PutBucketAcl", "PutObjectAcl") and known and \
            known.ownership_rule == "BucketOwnerEnforced":
        return wire.error(req, "AccessControlListNotSupported", "The bucket does not allow ACLs")
    return None


def blocks_public_policy(world, bucket):
    """BlockPublicPolicy of the bucket or of the whole account."""
    from moto.s3control.models import s3control_backends

    account = s3control_backends[world.account][world.partition].public_access_block
    own = world.s3_backend().buckets[bucket].public_access_block
    return any(block and block.block_public_policy for block in (account, own))


def put_policy(req, world, bucket):
    known = world.s3_backend().buckets.get(bucket)
    if known is None:
        return None
    try:
        policy = bucket_policy.load(req.body)
        bucket_policy.check(policy, bucket, world)
    except ValueError as bad:
        return wire.error(req, "MalformedPolicy", str(bad))
    if bucket_policy.is_public(policy) and blocks_public_policy(world, bucket):
        who = req.principal.arn if req.principal else "anonymous"
        return wire.error(req, "AccessDenied", f"User: {who} is not authorized to perform: "
                          f's3:PutBucketPolicy on resource: "arn:{world.partition}:s3:::{bucket}" '
                          "because public policies are prevented by the BlockPublicPolicy setting "
                          "in S3 Block Public Access.", 403)
    world.s3_backend().put_bucket_policy(bucket, req.body)
    bucket_policy.remember(world, bucket, req.body)
    return wire.Response(204)


def policy_status(req, world, bucket):
    known = world.s3_backend().buckets.get(bucket)
    if known is None or not known.policy:
        return None
    public = bucket_policy.is_public(bucket_policy.load(known.policy))
    return wire.result(req, {"PolicyStatus": {"IsPublic": public}})
