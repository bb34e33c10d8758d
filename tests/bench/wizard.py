# SPDX-License-Identifier: MIT
"""The wizard's own figures, on a pty: first paint, key to paint, idle."""
import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import termios
import time

FOOT = b"leave"  # the last word of a page that is drawn in full
REDRAW = b"\x0c"


class Terminal:
    """A program on an 80x24 pty. ``began``: when it was forked."""

    def __init__(self, argv, env):
        self.began = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
            os.execve(argv[0], [str(word) for word in argv], env)

    def read(self, seconds):
        """What comes within this time, b"" when nothing does."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return b""
        try:
            return os.read(self.fd, 1 << 16)
        except OSError:
            return b""

    def until(self, marker, seconds=10):
        """Reads on until the marker; when that was (ms after the start)."""
        seen, end = b"", time.perf_counter() + seconds
        while marker not in seen:
            seen += self.read(0.2)
            if time.perf_counter() > end:
                raise RuntimeError(f"{marker} is not on the screen: {seen[-2000:]}")
        return (time.perf_counter() - self.began) * 1000

    def quiet(self, seconds=0.3):
        while self.read(seconds):
            pass

    def drain(self, seconds):
        """Takes what comes for so long."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.read(left)

    def key(self, key):
        """ms from the key to the first byte of its paint."""
        while self.read(0):
            pass
        began = time.perf_counter()
        os.write(self.fd, key)
        if not self.read(2):
            raise RuntimeError(f"no answer to the key {key}")
        took = (time.perf_counter() - began) * 1000
        self.quiet(0.004)
        return took

    def stat(self):
        """(CPU in ms, voluntary context switches) of the program so far."""
        with open(f"/proc/{self.pid}/schedstat", encoding="ascii") as file:
            ran = int(file.read().split()[0]) / 1e6
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            switches = int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", file.read(), re.M)[1])
        return ran, switches

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def first_paint(program, world, report, cli):
    ours, theirs = [], []
    for _ in range(41):
        terminal = Terminal([program], world.env(world.port))
        ours.append(terminal.until(FOOT))
        terminal.kill()
    for _ in range(3):
        terminal = Terminal(["/bin/sh", "-c", cli], world.env(world.port))
        theirs.append(terminal.until(b"{"))
        terminal.quiet()
        os.close(terminal.fd)
        os.waitpid(terminal.pid, 0)
    middle, high = statistics.median(ours), percentile(ours, 0.95)
    report.add("P5", "first paint <= 10 ms, p95 <= 15", f"{middle:.1f} ms, p95 {high:.1f}",
               middle <= 10 and high <= 15)
    ratio = statistics.median(theirs) / middle
    report.add("P5", "sooner than the CLI's first output >= 40x", f"{ratio:.0f}x", ratio >= 40)


def enter(program, env):
    """A wizard that has just begun to read the account: sign-in page, account page, checklist."""
    terminal = Terminal([program, "wizard", "checklist"], env)
    terminal.until(FOOT)
    terminal.quiet(0.1)
    os.write(terminal.fd, b"\t\t\r")
    terminal.until(b"Yes, this one")
    terminal.quiet(0.1)
    os.write(terminal.fd, b"\r")
    terminal.until(b"Done.")
    terminal.quiet(0.1)
    os.write(terminal.fd, b"\r")
    return terminal


def keys(program, world, report, count):
    """Keys on the welcome page, while 5,000 users are read and while a call hangs."""
    took = []
    terminal = Terminal([program], world.env(world.port))
    terminal.until(FOOT)
    took += [terminal.key(REDRAW if n % 2 else b"\t") for n in range(count)]
    terminal.kill()
    for options in ({"users": 5000}, {"hang": "DescribeTrails"}):
        port = world.start_stub(world.place / "keys.log", **options)
        terminal = enter(program, world.env(port))
        took += [terminal.key(REDRAW) for _ in range(count)]
        terminal.kill()
    middle, high = statistics.median(took), percentile(took, 0.99)
    report.add("P6", "key to paint median <= 1 ms, p99 <= 5 ms",
               f"{middle:.2f} ms, p99 {high:.2f}, max {max(took):.1f} ({len(took)} keys)",
               middle <= 1 and high <= 5)


def _syscalls(program, world, place):
    """How many system calls an idle welcome page makes in five seconds."""
    trace = place / "trace"
    terminal = Terminal(["/usr/bin/strace", "-f", "-ttt", "-o", trace, program],
                        world.env(world.port))
    terminal.until(FOOT)
    time.sleep(3)  # connections that are opened beforehand are no idling
    began = time.time()
    time.sleep(5)
    ended = time.time()
    terminal.kill()
    stamps = [float(line.split()[1]) for line in trace.read_text().splitlines()]
    return sum(began <= stamp <= ended for stamp in stamps)


def _hang_up(program, world):
    """(seconds until it ends, CPU in ms) after the terminal is gone."""
    terminal = Terminal([program], world.env(world.port))
    terminal.until(FOOT)
    time.sleep(1)
    before, _ = terminal.stat()
    began = time.perf_counter()
    os.close(terminal.fd)
    usage = os.wait4(terminal.pid, 0)[2]
    return time.perf_counter() - began, (usage.ru_utime + usage.ru_stime) * 1000 - before


def idle(program, world, report):
    calls = _syscalls(program, world, world.place)
    report.add("P7", "idle: 0 system calls in 5 s", f"{calls}", calls == 0)
    port = world.start_stub(world.place / "idle.log", hang="DescribeTrails")
    terminal = enter(program, world.env(port))
    terminal.drain(2)
    _, before = terminal.stat()
    terminal.drain(5)
    rate = (terminal.stat()[1] - before) / 5
    terminal.kill()
    report.add("P7", "while a call hangs (the clock ticks) <= 2 wake-ups/s", f"{rate:.1f}/s",
               rate <= 2)
    seconds, cpu = _hang_up(program, world)
    report.add("P7", "ends within 1 s of the terminal, CPU < 10 ms",
               f"{seconds * 1000:.0f} ms, CPU {max(cpu, 0):.0f} ms", seconds <= 1 and cpu < 10)


def measure(program, world, report, cli):
    first_paint(program, world, report, cli)
    keys(program, world, report, 200)
    idle(program, world, report)
