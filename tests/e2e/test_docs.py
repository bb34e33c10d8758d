# SPDX-License-Identifier: MIT
"""The manual pages and the README say what the program and its tables say, and no more."""
import json
import pathlib
import re
import subprocess

import pytest

from rootlock import PROGRAM, ROOT

PAGE = (ROOT / "man/rootlock.1").read_text()
ANSWERS = (ROOT / "man/rootlock-answers.5").read_text()
README = (ROOT / "README.md").read_text()
SOURCES = {p.stem: p.read_text() for p in sorted((ROOT / "screens").glob("*.c"))}
ALL_C = "\n".join(p.read_text() for p in sorted((ROOT / "screens").glob("*.[ch]")))

# Product page, section 5.
EXITS = {"0", "3", "4", "130", "252", "253", "254", "255"}
TYPES = {"char *": "text", "bool": "boolean", "int": "number", "struct strlist": "list",
         "struct secret *": "secret"}
SCREENS = re.findall(r"^SCREEN\((\w+)\)", (ROOT / "screens/screens.def").read_text(), re.M)


def part(page, title, macro="Sh"):
    """The text of one section of a page."""
    found = re.search(rf"^\.{macro} {re.escape(title)}\n(.*?)(?=^\.S[hs] |\Z)", page, re.M | re.S)
    assert found, f"no section {title}"
    return found[1]


def whole(page, title):
    """A section with its subsections."""
    return re.search(rf"^\.Sh {re.escape(title)}\n(.*?)(?=^\.Sh |\Z)", page, re.M | re.S)[1]


def items(text):
    """First words of the items of lists."""
    return re.findall(r"^\.It (?:Cm |Fl -)?(\S+)", text, re.M)


def table(text, kind):
    """Bodies of the tables of a kind in C."""
    return re.findall(rf"^(?:static )?const struct {kind} \w+\[\w*\] = {{\n(.*?)^}};", text,
                      re.M | re.S)


def text_of(literals):
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals))


def owner(file):
    """The screen that a source file belongs to: sign_in_link, not sign_in."""
    return max((s for s in SCREENS if f"{file}_".startswith(s + "_")), key=len, default=None)


def check_rows():
    return [(check, title, owner(file)) for file, text in SOURCES.items()
            for body in table(text, "check")
            for check, title in re.findall(
                r'\.id = "([^"]+)",\s*\.title = "([^"]+)"', body)]


def member_type(model, member):
    body = re.search(rf"^struct {model} {{\n(.*?)^}};", ALL_C, re.M | re.S)[1]
    for line in re.sub(r"/\*.*?\*/", "", body, flags=re.S).split(";"):
        # "char *name, *bucket" and "bool console, programmatic"
        found = re.match(r"\s*(struct \w+|char|bool|int)\s+(.*)", line, re.S)
        for one in found[2].split(",") if found else []:
            star = " *" if one.strip().startswith("*") else ""
            if one.strip(" *\t\n") == member:
                return found[1] + star
    raise AssertionError(f"{model}.{member} is not declared")


def default(row):
    found = re.search(r'\.def = (?:"([^"]*)"|(\w+))', row)
    if not found:
        return ""
    if found[2]:
        return text_of(re.search(rf"^#define {found[2]}\s+(.*)", ALL_C, re.M)[1])
    return found[1]


def field_rows(screen):
    """{id: (type, default)} of a screen, from its table of fields."""
    rows = {}
    for body in table(SOURCES[screen], "field"):
        for row in re.split(r"(?=\.id = )", body)[1:]:
            model, member = re.search(r"FIELD\(struct (\w+), (\w+)\)", row).groups()
            kind = TYPES[member_type(model, member)]
            value = default(row)
            if kind == "boolean":
                value = {"yes": "true", "no": "false"}[value]
            rows[re.match(r'\.id = "([^"]+)"', row)[1]] = (kind, value)
    return rows


def has_section(screen):
    return "SCREEN_NO_ANSWERS" not in SOURCES[screen]


@pytest.fixture(scope="module")
def usage():
    done = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0
    return done.stdout


@pytest.mark.parametrize("page", ["rootlock.1", "rootlock-answers.5"])
def test_page_is_clean(page):
    done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", ROOT / "man" / page],
                          capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_commands(usage):
    told = [word.strip("[]") for word in re.findall(r"^  ([\[\w][\w\]]*)", usage, re.M)]
    assert {"wizard", "audit", "completion"} <= set(told)
    assert items(part(PAGE, "Commands", "Ss")) == told
    synopsis = part(PAGE, "SYNOPSIS")
    assert [c for c in told if not re.search(rf"Cm {c}\b", synopsis)] == []


def test_options(usage):
    told = re.findall(r"^  --(\S+)", usage, re.M)
    assert {"profile", "help"} <= set(told)
    assert items(part(PAGE, "Options", "Ss")) == told


def test_values_of_options(usage):
    for option, values in re.findall(r"^  --(\S+)\s+([a-z]+(?:\|[a-z]+)+)", usage, re.M):
        line = re.search(rf"^\.It Fl -{option} (.*)", PAGE, re.M)[1]
        assert line == "Cm " + values.replace("|", " | ")


def test_screens_in_order():
    assert items(part(PAGE, "SCREENS")) == SCREENS
    assert [s for s in SCREENS if f"`{s}`" not in README] == []


def test_checks_with_title_and_screen():
    rows = check_rows()
    assert len(rows) >= 11
    told = re.split(r"^\.It Cm ", part(PAGE, "CHECKS"), flags=re.M)[1:]
    assert sorted(t.split("\n")[0] for t in told) == sorted(row[0] for row in rows)
    for check, title, screen in rows:
        text = next(t for t in told if t.startswith(check + "\n"))
        assert f".Em {title} .\n" in text
        assert f"Screen\n.Cm {screen} .\n" in text


def test_sections_of_the_answers_file():
    told = re.findall(r"^\.Ss (\w+)", whole(ANSWERS, "SECTIONS"), re.M)
    assert told == [s for s in SCREENS if has_section(s)]


@pytest.mark.parametrize("screen", [s for s in SCREENS if has_section(s)])
def test_fields(screen):
    told = {}
    for line in re.findall(r"^\.It (.*)", part(ANSWERS, screen, "Ss"), re.M):
        found = re.fullmatch(r"Cm (\w+) Pq (\w+); (?:default (\S+)|no default)", line)
        assert found, line
        told[found[1]] = (found[2], found[3] or "")
    assert list(told.items()) == list(field_rows(screen).items())


@pytest.mark.parametrize("screen", [s for s in SCREENS if not has_section(s)])
def test_fields_of_screens_without_a_section(screen):
    text = re.search(rf"^\.It Cm {screen}\n(.*?)(?=^\.It|^\.El)",
                     part(ANSWERS, "SCREENS WITHOUT A SECTION"), re.M | re.S)[1]
    told = {word for line in re.findall(r"^\.Cm (.*)", text, re.M)
            for word in re.findall(r"\w+", line)}
    assert told == set(field_rows(screen))


def test_choices():
    """Every value that a field can be given is named."""
    for screen in filter(has_section, SCREENS):
        text = part(ANSWERS, screen, "Ss")
        for body in table(SOURCES[screen], "field_option"):
            for value in re.findall(r'\{\s*"([^"]+)"', body):
                assert re.search(rf"\.Cm (?:\w+ , )?{re.escape(value)}\b", text), (screen, value)


def test_exit_codes():
    assert set(items(part(PAGE, "EXIT STATUS"))) == EXITS


def test_variables():
    """Every variable that the program reads is in the page."""
    code = "\n".join(p.read_text() for d in ("src", "src/aws")
                     for p in pathlib.Path(ROOT / d).glob("*.c"))
    read = set(re.findall(r'(?:getenv|profile_env|file_path)\("(\w+)"', code))
    read |= set(re.findall(r'"(AWS_[A-Z_]+)"', code))
    assert {"AWS_PROFILE", "NO_COLOR"} <= read
    assert [v for v in sorted(read) if not re.search(rf"\b{v}\b", PAGE)] == []


def examples():
    yield re.search(r"^(\{ \"version\".*?\})\n\.Ed", ANSWERS, re.M | re.S)[1]
    yield re.search(r"^```json\n(.*?)^```", README, re.M | re.S)[1]


@pytest.mark.parametrize("text", list(examples()), ids=["man", "README"])
def test_example_names_what_exists(text):
    example = json.loads(text)
    assert example.pop("version") == 1
    assert len(example) >= 4
    for screen, section in example.items():
        assert has_section(screen)
        assert set(section) <= set(field_rows(screen)), screen


def test_readme():
    assert README.index("make demo") < README.index("make check") < 1500
    assert "Never make an access key for root" in README
    assert "Permission is hereby granted, free of charge" in README
    for path in re.findall(r"`((?:screens|include|src|tests|man)/[\w./]+)`", README):
        if not re.search(r"[A-Z]{2}", path):
            assert (ROOT / path).exists(), path
    for option in re.findall(r"(?<![\w|-])--([a-z][a-z-]*)", README):
        assert option == "format" or f".It Fl -{option}" in PAGE, option
