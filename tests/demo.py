# SPDX-License-Identifier: MIT
"""make demo: start a practice account, open the wizard on it, stop the account afterwards."""
import json
import os
import signal
import subprocess
import sys
import tempfile


def start():
    server = subprocess.Popen(
        [sys.executable, "-m", "practice_account", "--port", "0", "--scenario", "fresh",
         "--log", os.devnull],
        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, start_new_session=True)
    return server, json.loads(server.stdout.readline())


def environment(account, home):
    env = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    env.update(HOME=home, XDG_STATE_HOME=home + "/state", AWS_REGION="us-east-1",
               AWS_ENDPOINT_URL=account["url"],
               AWS_ACCESS_KEY_ID=account["root"]["access_key_id"],
               AWS_SECRET_ACCESS_KEY=account["root"]["secret_access_key"])
    return env


def main():
    program = os.path.abspath(sys.argv[1])
    server, account = start()
    try:
        print(f"Practice account {account['account']}: nothing here touches AWS.\n"
              f"Its console page: {account['console']}", flush=True)
        if sys.stdin.isatty():
            input("Open that page in a browser beside this terminal, then press Enter. ")
        with tempfile.TemporaryDirectory(prefix="rootlock-demo-") as home:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            status = subprocess.call([program] + sys.argv[2:], cwd=home,
                                     env=environment(account, home))
        return 0 if status in (3, 130) else status  # left with findings, or by Ctrl-C
    finally:
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    sys.exit(main())
