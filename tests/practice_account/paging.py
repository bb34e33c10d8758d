# SPDX-License-Identifier: MIT
"""IAM's Marker and MaxItems (IAM API reference, "Common parameters for pagination")."""


def page(req, name, items):
    """The reply members for one page of items: {name: [...], IsTruncated, Marker}."""
    start = int(req.params.get("Marker") or 0)
    size = int(req.params.get("MaxItems") or 100)
    shown = items[start : start + size]
    more = start + size < len(items)
    reply = {name: shown, "IsTruncated": more}
    if more:
        reply["Marker"] = str(start + size)
    return reply
