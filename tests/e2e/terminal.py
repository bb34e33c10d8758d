# SPDX-License-Identifier: MIT
"""A real terminal (tmux) for the wizard, and eyes that read its QR code as a phone would."""
import os
import re
import subprocess
import tempfile
import time
import uuid

from PIL import Image, ImageDraw

CELL_W, CELL_H = 8, 16
BASIC = ["#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa",
         "#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff"]


def colour(index):
    """xterm's 256 colours as #rrggbb."""
    if index < 16:
        return BASIC[index]
    if index >= 232:
        level = 8 + (index - 232) * 10
        return f"#{level:02x}{level:02x}{level:02x}"
    index -= 16
    steps = [0, 95, 135, 175, 215, 255]
    return "#%02x%02x%02x" % (steps[index // 36], steps[index // 6 % 6], steps[index % 6])


class Pen:
    def __init__(self):
        self.reset()

    def reset(self):
        self.fg, self.bg, self.reverse = "#cccccc", "#101010", False

    def sgr(self, text):
        codes = [int(c or 0) for c in text.split(";")] if text else [0]
        while codes:
            c = codes.pop(0)
            if c == 0:
                self.reset()
            elif c == 7:
                self.reverse = True
            elif c == 27:
                self.reverse = False
            elif c in (38, 48) and len(codes) >= 2 and codes[0] == 5:
                setattr(self, "fg" if c == 38 else "bg", colour(codes[1]))
                codes = codes[2:]
            elif 30 <= c <= 37 or 90 <= c <= 97:
                self.fg = BASIC[c - 30 if c < 40 else c - 82]
            elif 40 <= c <= 47 or 100 <= c <= 107:
                self.bg = BASIC[c - 40 if c < 50 else c - 92]
            elif c == 39:
                self.fg = "#cccccc"
            elif c == 49:
                self.bg = "#101010"

    def colours(self):
        return (self.bg, self.fg) if self.reverse else (self.fg, self.bg)


def picture(captured, path):
    """The captured cells as a picture; block glyphs as rectangles, other text not drawn."""
    lines = captured.split("\n")
    image = Image.new("RGB", (200 * CELL_W, len(lines) * CELL_H), "#101010")
    draw = ImageDraw.Draw(image)
    pen = Pen()
    for y, line in enumerate(lines):
        x = 0
        for esc, char in re.findall(r"\x1b\[([0-9;]*)m|([^\x1b])", line):
            if not char:
                pen.sgr(esc)
                continue
            fg, bg = pen.colours()
            left, top = x * CELL_W, y * CELL_H
            draw.rectangle([left, top, left + CELL_W - 1, top + CELL_H - 1], fill=bg)
            half = {"\u2584": (CELL_H // 2, CELL_H), "\u2580": (0, CELL_H // 2)}.get(char)
            if half:
                draw.rectangle([left, top + half[0], left + CELL_W - 1, top + half[1] - 1],
                               fill=fg)
            x += 1
    image.save(path)


def read_qr(path):
    """What zbarimg reads in a picture, or None."""
    done = subprocess.run(["zbarimg", "--nodbus", "-q", "--raw", "-Sdisable", "-Sqrcode.enable",
                           path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout.strip() or None


class Terminal:
    """One program in a private tmux server."""

    def __init__(self, argv, env, cols=80, rows=24, term="tmux-256color"):
        self.socket = "rootlock-" + uuid.uuid4().hex[:8]
        clean = {k: v for k, v in env.items() if k != "TMUX"}
        clean.update(LC_ALL="C.UTF-8")
        self.env = clean
        self.dir = tempfile.TemporaryDirectory(prefix="rootlock-terminal-")
        self.status = os.path.join(self.dir.name, "status")
        command = " ".join(map(shell_quote, argv)) + f"; echo $? > {self.status}; sleep 1000"
        subprocess.run(["tmux", "-L", self.socket, "-f", "/dev/null", "new-session", "-d",
                        "-x", str(cols), "-y", str(rows),
                        "sh", "-c", f"TERM={term} exec sh -c {shell_quote(command)}"],
                       env=clean, check=True)

    def tmux(self, *args):
        return subprocess.run(["tmux", "-L", self.socket, *args], env=self.env, text=True,
                              stdout=subprocess.PIPE, check=True).stdout

    def screen(self):
        return self.tmux("capture-pane", "-p")

    def raw(self):
        return self.tmux("capture-pane", "-peN")

    def keys(self, *names):
        self.tmux("send-keys", *names)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def paste(self, text):
        self.tmux("set-buffer", text)
        self.tmux("paste-buffer", "-p")

    def wait(self, pattern, timeout=30):
        """Until the screen shows the pattern; returns the screen."""
        end = time.time() + timeout
        while time.time() < end:
            shown = self.screen()
            if re.search(pattern, shown):
                return shown
            time.sleep(0.1)
        raise AssertionError(f"{pattern!r} did not show:\n{self.screen()}")

    def qr(self, timeout=10):
        """The text of the QR code on the screen, read from its picture."""
        path = os.path.join(self.dir.name, "screen.png")
        end = time.time() + timeout
        while time.time() < end:
            picture(self.raw(), path)
            text = read_qr(path)
            if text:
                return text
            time.sleep(0.3)
        raise AssertionError("no QR code on the screen:\n" + self.screen())

    def exit_status(self, timeout=10):
        end = time.time() + timeout
        while time.time() < end:
            if os.path.exists(self.status) and os.path.getsize(self.status):
                with open(self.status, encoding="ascii") as f:
                    return int(f.read())
            time.sleep(0.1)
        raise AssertionError("the program has not ended:\n" + self.screen())

    def close(self):
        subprocess.run(["tmux", "-L", self.socket, "kill-server"], env=self.env,
                       stderr=subprocess.DEVNULL)
        self.dir.cleanup()


def shell_quote(text):
    return "'" + text.replace("'", "'\\''") + "'"
