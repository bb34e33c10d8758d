# SPDX-License-Identifier: MIT
"""Bucket and Region in an S3 host name.

Source: Amazon S3 User Guide, "Virtual hosting of general purpose buckets", and "Amazon Simple
Storage Service endpoints and quotas" in the AWS General Reference.
"""
import re

_HOST = re.compile(
    r"(?:(?P<bucket>.+)\.)?s3(?:-fips)?(?:[.-](?P<legacy>dualstack))?"
    r"(?:[.-](?P<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu)")


def split(host):
    """(bucket or None, Region or None) of a Host header; (None, None) for any other host.

    The global host s3.amazonaws.com has no Region of its own.
    """
    found = _HOST.fullmatch(host.partition(":")[0].lower())
    return (found["bucket"], found["region"]) if found else (None, None)


def path_style(host, path):
    """The path with the bucket of a virtual-hosted request put in front."""
    bucket, _ = split(host)
    return f"/{bucket}{path}" if bucket else path
