# SPDX-License-Identifier: MIT
"""Make the README's picture: the checklist in a real xterm, on a practice account.

Usage: python tests/screenshot.py PROGRAM OUTPUT.png   (Xvfb, xterm and ImageMagick at hand)
"""
import os
import subprocess
import sys
import tempfile
import time

from demo import environment, start


def display():
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1000x560x24",
                               "-nolisten", "tcp"], pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as f:
        return server, ":" + f.readline().strip()


def main():
    program, output = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    account_server, account = start()
    x_server, name = display()
    xterm = None
    try:
        with tempfile.TemporaryDirectory() as home:
            env = dict(environment(account, home), DISPLAY=name, LC_ALL="C.UTF-8")
            # A private tmux types the keys; xterm shows what it draws.
            tmux = ["tmux", "-L", "rootlock-shot", "-f", "/dev/null"]
            subprocess.run(tmux + ["new-session", "-d", "-x", "80", "-y", "24", program], env=env,
                           check=True)
            subprocess.run(tmux + ["set", "-g", "status", "off"], env=env, check=True)
            xterm = subprocess.Popen(
                ["xterm", "-geometry", "80x24", "-bg", "#101418", "-fg", "#d0d4d8", "-fn",
                 "-misc-fixed-medium-r-normal--20-200-75-75-c-100-iso10646-1", "-xrm",
                 "XTerm*termName: xterm-256color", "-e"] + tmux + ["attach"], env=env)
            time.sleep(2)
            for keys in (["Tab", "Enter"], ["Tab", "Tab", "Enter"], ["Enter"], ["Enter"]):
                subprocess.run(tmux + ["send-keys"] + keys, env=env, check=True)
                time.sleep(1.5)
            time.sleep(2)
            subprocess.run(["import", "-window", "root", "-trim", output], env=env, check=True)
            subprocess.run(tmux + ["kill-server"], env=env)
    finally:
        for process in (xterm, x_server, account_server):
            if process is not None:
                process.terminate()
                process.wait(10)


if __name__ == "__main__":
    main()
