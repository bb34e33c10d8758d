# SPDX-License-Identifier: MIT
"""make check: run every kind of test, show what failed, count; the last line is the sum."""
import argparse
import glob
import os
import re
import subprocess
import sys

RULES = ["werror", "layers", "headers", "hooks", "lint"]


def run(argv, **kw):
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", stdin=subprocess.DEVNULL, **kw)


def report(name, passed, failed, output):
    print(f"  {'ok  ' if not failed else 'FAIL'} {name}: {passed} passed, {failed} failed",
          flush=True)
    if failed:
        print(output[-8000:], flush=True)
    return passed, failed


def unit(build):
    """One program a module; cmocka's own counts, a crash is a failure."""
    for program in sorted(p for p in glob.glob(f"{build}/tests/unit/test_*")
                          if os.access(p, os.X_OK)):
        done = run([program], timeout=300)
        passed = sum(map(int, re.findall(r"\[  PASSED  \] (\d+) test", done.stdout)))
        failed = sum(map(int, re.findall(r"\[  FAILED  \] (\d+) test\(s\), listed", done.stdout)))
        if done.returncode != 0 and failed == 0:
            failed = 1
        if done.returncode == 0 and passed == 0:
            passed = 1
        yield report(os.path.basename(program), passed, failed, done.stdout)


def rules(build):
    for rule in RULES:
        done = run(["make", "--no-print-directory", "-s", rule])
        yield report(rule, int(done.returncode == 0), int(done.returncode != 0), done.stdout)


def e2e(build):
    env = dict(os.environ, ROOTLOCK_BUILD=os.path.abspath(build))
    files = sorted(glob.glob("tests/e2e/test_*.py"))
    for path in files:
        done = run([sys.executable, "-m", "pytest", "-q",
                    "-p", "no:cacheprovider", path], env=env, timeout=1500)
        tail = done.stdout.strip().splitlines()[-1:] or [""]
        counts = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|error)", tail[0])}
        failed = counts.get("failed", 0) + counts.get("error", 0)
        if done.returncode != 0 and failed == 0:
            failed = 1
        # A sanitizer build writes its reports here: tests/lint/sanitizer.c.
        reports = glob.glob(f"{build}/sanitizer.*")
        text = done.stdout + "".join(open(name, errors="replace").read() for name in reports)
        for name in reports:
            os.remove(name)
        yield report(path, counts.get("passed", 0), failed + len(reports), text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build")
    parser.add_argument("--only", default="unit,rules,e2e")
    args = parser.parse_args()
    passed = failed = 0
    for kind in args.only.split(","):
        for ok, bad in {"unit": unit, "rules": rules, "e2e": e2e}[kind](args.build):
            passed += ok
            failed += bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
