# SPDX-License-Identifier: MIT
"""make bench: the figures of the quality page beside the AWS CLI and boto3, in one run.

Prints goal and figure a line each and writes them to JSON. It is no test: it ends with 0 whenever
it has measured. BENCH=full takes five pairs instead of one.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
from collections import Counter

import limit
import others
import wizard
from world import HERE, World

RTTS = (20, 80, 200)


class Report:
    def __init__(self):
        self.rows = []

    def add(self, name, goal, figure, met):
        self.rows.append({"id": name, "goal": goal, "figure": figure, "met": bool(met)})
        print(f"{name:<4} {'met    ' if met else 'NOT met'}  {figure}  (goal: {goal})", flush=True)

    def note(self, text):
        self.rows.append({"note": text})
        print(f"     {text}", flush=True)


def median(values):
    return statistics.median(values)


class Bench:
    def __init__(self, program, world, full):
        self.program, self.world, self.full = program, world, full
        self.audit = [program, "audit", "--output", "json"]
        self.boto = [sys.executable, HERE / "others.py", "sequence"]
        self.threads = [sys.executable, HERE / "others.py", "threads"]
        script = world.place / "cli.sh"
        script.write_text(others.cli_script(pathlib.Path(sys.executable).parent / "aws"))
        self.cli = ["/bin/sh", script]
        self.report = Report()

    def ours(self, port):
        return self.world.run(self.audit, port, expect=(0, 3))

    def same_calls(self):
        """The three make the same calls, or the comparison is worth nothing."""
        made = {name: Counter((call["service"], call["action"]) for call in
                              self.world.run(argv, self.world.port, expect=(0, 3))["calls"]
                              if call["action"] != "-")
                for name, argv in (("rootlock", self.audit), ("boto3", self.boto),
                                   ("AWS CLI", self.cli))}
        for name, calls in made.items():
            if calls != made["rootlock"]:
                raise RuntimeError(f"{name} makes other calls: {calls ^ made['rootlock']}")
        self.report.note(f"{sum(made['rootlock'].values())} calls each by rootlock, boto3 and the "
                         "AWS CLI")

    def p1(self):
        goals = {20: 1.35, 80: 1.10, 200: 1.10}
        for rtt in RTTS:
            runs = [self.ours(self.world.at(rtt)) for _ in range(11 if self.full else 7)]
            best = limit.round_trips(runs[0]["calls"])
            walls = [run["wall"] for run in runs]
            ratio = median(walls) / (best * rtt)
            self.report.add(
                "P1", f"audit at {rtt} ms <= {goals[rtt]:.2f} x limit",
                f"{median(walls):.0f} ms (min {min(walls):.0f}) = {ratio:.2f} x {best} round trips;"
                f" {limit.waves(runs[0]['calls'], rtt)} waves, "
                f"{len({call['connection'] for call in runs[0]['calls']})} connections",
                ratio <= goals[rtt])

    def pairs(self, argv, rtt, count):
        """Medians of their wall and CPU over ours, pair by pair, A B A B."""
        mine, theirs = [], []
        for _ in range(count):
            mine.append(self.ours(self.world.at(rtt)))
            theirs.append(self.world.run(argv, self.world.at(rtt)))
        ratio = {key: median([b[key] / a[key] for a, b in zip(mine, theirs)])
                 for key in ("wall", "cpu", "rss")}
        value = {key: median([b[key] for b in theirs]) for key in ("wall", "cpu", "rss")}
        return ratio, value

    def p2_p4_p8(self):
        count = 5 if self.full else 1
        at_zero = None
        for rtt, goal in ((0, 150), (80, 20), (200, 12)):
            ratio, value = self.pairs(self.cli, rtt, count)
            at_zero = at_zero or (ratio, value)
            self.report.add("P2", f"AWS CLI script / audit at {rtt} ms >= {goal}x",
                            f"{ratio['wall']:.0f}x ({value['wall']:.0f} ms)",
                            ratio["wall"] >= goal)
        boto = self.p3()
        runs = [self.ours(self.world.port) for _ in range(11)]
        cpu, rss = median([run["cpu"] for run in runs]), max(run["rss"] for run in runs)
        self.report.add("P4", "CPU of the audit <= 40 ms", f"{cpu:.1f} ms", cpu <= 40)
        self.report.add("P4", "CPU of boto3 >= 12x", f"{boto['cpu']:.1f}x", boto["cpu"] >= 12)
        self.report.add("P4", "CPU of the CLI script >= 150x", f"{at_zero[0]['cpu']:.0f}x",
                        at_zero[0]["cpu"] >= 150)
        self.p8(rss, at_zero[1]["rss"])

    def p3(self):
        count = 5 if self.full else 2
        at_zero = None
        for argv, name, goals in ((self.boto, "boto3 in sequence", {0: 10, 80: 5, 200: 4.5}),
                                  (self.threads, "boto3, 10 threads", {0: 15, 80: 2, 200: 1.25})):
            for rtt, goal in goals.items():
                ratio, value = self.pairs(argv, rtt, count)
                at_zero = at_zero or ratio
                self.report.add("P3", f"{name} / audit at {rtt} ms >= {goal}x",
                                f"{ratio['wall']:.2f}x ({value['wall']:.0f} ms)",
                                ratio["wall"] >= goal)
        return at_zero

    def p8(self, rss, cli):
        self.report.add("P8", "peak memory of the audit <= 16 MiB", f"{rss / 1024:.1f} MiB",
                        rss <= 16 * 1024)
        self.report.add("P8", "memory of the CLI >= 4x", f"{cli / rss:.1f}x", cli >= 4 * rss)
        port = self.world.start_stub(self.world.place / "large.log", users=5000)
        large = [self.ours(port) for _ in range(3)]
        peak = max(run["rss"] for run in large)
        self.report.add("P8", "peak memory with 5,000 users <= 16 MiB", f"{peak / 1024:.1f} MiB",
                        peak <= 16 * 1024)
        self.report.note(f"the audit of 5,000 users: {median([r['wall'] for r in large]):.0f} ms, "
                         f"CPU {median([r['cpu'] for r in large]):.0f} ms")

    def screens(self):
        wizard.measure(self.program, self.world, self.report, others.cli_script(
            pathlib.Path(sys.executable).parent / "aws").splitlines()[1].split(" >")[0])

    def p13(self):
        bare = self.world.place / "stripped"
        subprocess.run(["strip", "-o", bare, self.program], check=True)
        size = bare.stat().st_size
        listed = subprocess.run(["ldd", self.program], check=True, capture_output=True, text=True)
        paths = [word for line in listed.stdout.splitlines() for word in line.split()
                 if word.startswith("/")]
        foreign = [path for path in paths if not path.startswith(("/lib", "/usr/lib"))]
        self.report.add("P13", "binary <= 1 MiB, only Debian's libraries",
                        f"{size / 1024:.0f} KiB stripped, {len(paths)} libraries, others: "
                        f"{', '.join(foreign) or 'none'}", size <= 1 << 20 and not foreign)

    def all(self):
        self.same_calls()
        self.p1()
        self.p2_p4_p8()
        self.screens()
        self.p13()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build", type=pathlib.Path)
    parser.add_argument("--out", default="build/bench.json", type=pathlib.Path)
    parser.add_argument("--only", help="p1, p2_p4_p8, screens or p13")
    options = parser.parse_args()
    build = options.build.resolve()
    with tempfile.TemporaryDirectory(prefix="rootlock-bench-") as place:
        world = World(pathlib.Path(place), build / "tests/bench")
        try:
            bench = Bench(build / "rootlock", world, os.environ.get("BENCH") == "full")
            getattr(bench, options.only or "all")()
        finally:
            world.close()
    rows = bench.report.rows
    options.out.write_text(json.dumps(rows, indent=1) + "\n")
    met = [row["met"] for row in rows if "met" in row]
    print(f"{sum(met)} met, {len(met) - sum(met)} NOT met")


if __name__ == "__main__":
    main()
