# SPDX-License-Identifier: MIT
"""The shortest time, in round trips, in which the calls of a log can be made.

A call begins when the calls that it needs have ended and one of at most six connections to its
host is free; a new connection takes two round trips (TCP, TLS 1.3). A bucket's host cannot be
known before the call that names the bucket, so its connections cannot be opened earlier.
"""
import heapq

CAP = 6
BILLING, LOGS = "example-billing", "example-logs"
AFTER = {"GetCredentialReport": ["GenerateCredentialReport"],
         "GetTrailStatus": ["DescribeTrails"], "GetEventSelectors": ["DescribeTrails"],
         "GetExport": ["ListExports"]}


def needs(call):
    if call["service"] == "s3":
        return ["DescribeTrails"] if call["bucket"] == LOGS else ["GetExport",
                                                                  "DescribeReportDefinitions"]
    return AFTER.get(call["action"], [])


def _place(connections, ready):
    """The moment from which a call that is ready may be sent."""
    kept = min(connections, default=float("inf"))
    best = max(kept, ready)
    if len(connections) < CAP and ready + 2 < best:
        connections.append(ready + 2)
        return ready + 2, len(connections) - 1
    return best, connections.index(kept)


def round_trips(calls):
    """calls: the lines of the stub's log."""
    calls = [call for call in calls if call["action"] != "-"]
    ended, hosts, heap = {}, {}, []
    left = list(enumerate(calls))
    while left or heap:
        for item in list(left):
            causes = needs(item[1])
            if all(cause in ended for cause in causes):
                ready = max((ended[cause] for cause in causes), default=0)
                heapq.heappush(heap, (ready, item[0]))
                left.remove(item)
        ready, index = heapq.heappop(heap)
        call = calls[index]
        connections = hosts.setdefault(call["service"], [])
        sent, which = _place(connections, ready)
        connections[which] = ended[call["action"]] = max(sent + 1, ended.get(call["action"], 0))
    return max(ended.values())


def waves(calls, rtt):
    """How often a call came more than half a round trip after the one before it (rtt in ms)."""
    times = sorted(call["at"] for call in calls)
    return 1 + sum(b - a > rtt / 2000 for a, b in zip(times, times[1:]))
