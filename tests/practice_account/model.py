# SPDX-License-Identifier: MIT
"""Every request is held against botocore's model of its operation.

AWS applies the modelled constraints before authorization. A breach is recorded in
world.violations (a correct client makes none) and answered as AWS answers it.
"""

import datetime
import functools
import json
import re
from xml.etree import ElementTree

from . import wire
from .parse import form

_QUERY_EXTRAS = {"Action", "Version"}
_NUMBERS = ("integer", "long", "float", "double")


def stage(req, world):
    if req.service is None:
        world.violation(req, "model", f"unknown service {req.scope_service}")
        return wire.refuse(req, "InvalidAction", f"Unknown service {req.scope_service}.")
    if req.action is None:
        world.violation(req, "model", f"unknown operation {req.method} {req.raw_path}")
        return wire.refuse(req, "InvalidAction", "Could not find operation.")
    if req.parse_error:
        return _breach(req, world, [f"request cannot be parsed: {req.parse_error}"])
    shape = req.operation.input_shape
    problems = unknown_members(req, shape)
    if shape is not None:
        problems += check(shape, req.params)
        problems += _query_scalars(req)
    return _breach(req, world, problems) if problems else None


def _breach(req, world, problems):
    for problem in problems:
        world.violation(req, "model", problem)
    count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected: "
    if req.protocol == "rest-xml" and req.body:
        return wire.error(req, "MalformedXML", count + "; ".join(problems), 400)
    return wire.refuse(req, "ValidationError", count + "; ".join(problems))


# Values: required members, types, lengths, ranges, patterns, enums.


def check(shape, value, path=""):
    """The breaches of shape by value, in AWS's words where AWS's words are known."""
    if shape.type_name == "structure":
        return _check_structure(shape, value, path)
    if shape.type_name == "list":
        return _check_list(shape, value, path)
    if shape.type_name == "map":
        return _check_map(shape, value, path)
    if not _is_type(shape.type_name, value):
        return [f"Value at '{path}' must be a {shape.type_name}"]
    return _check_scalar(shape, value, path)


def _join(path, name):
    name = name[0].lower() + name[1:]
    return f"{path}.{name}" if path else name


def _check_structure(shape, value, path):
    if not isinstance(value, dict):
        return [f"Value at '{path}' must be a structure"]
    if getattr(shape, "is_document_type", False):
        return []
    problems = [
        f"Value null at '{_join(path, name)}' failed to satisfy constraint: Member must not be null"
        for name in shape.required_members
        if value.get(name) is None
    ]
    for name, member in shape.members.items():
        if value.get(name) is not None:
            problems += check(member, value[name], _join(path, name))
    return problems


def _check_list(shape, value, path):
    if not isinstance(value, list):
        return [f"Value at '{path}' must be a list"]
    problems = _check_length(shape, value, path)
    for index, item in enumerate(value, 1):
        problems += check(shape.member, item, f"{path}.{index}.member")
    return problems


def _check_map(shape, value, path):
    if not isinstance(value, dict):
        return [f"Value at '{path}' must be a map"]
    problems = _check_length(shape, value, path)
    for key, item in value.items():
        problems += check(shape.key, key, f"{path}.key")
        problems += check(shape.value, item, f"{path}.{key}")
    return problems


def _is_type(type_name, value):
    if type_name in ("integer", "long"):
        return isinstance(value, int) and not isinstance(value, bool)
    if type_name in ("float", "double"):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    wanted = {
        "string": str,
        "boolean": bool,
        "blob": (bytes, str),
        "timestamp": (datetime.datetime, int, float, str),
    }.get(type_name, object)
    return isinstance(value, wanted)


def _check_scalar(shape, value, path):
    if shape.type_name in _NUMBERS:
        return _check_range(shape, value, path)
    if shape.type_name not in ("string", "blob"):
        return []
    problems = _check_length(shape, value, path)
    pattern = shape.metadata.get("pattern")
    if pattern and isinstance(value, str) and not _matches(pattern, value):
        problems.append(
            f"Value at '{path}' failed to satisfy constraint: Member must satisfy regular "
            f"expression pattern: {pattern}"
        )
    enum = shape.metadata.get("enum")
    if enum and value not in enum:
        problems.append(
            f"Value '{value}' at '{path}' failed to satisfy constraint: Member must satisfy enum "
            f"value set: [{', '.join(enum)}]"
        )
    return problems


def _check_length(shape, value, path):
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    problems = []
    if low is not None and len(value) < low:
        problems.append(
            f"Value at '{path}' failed to satisfy constraint: Member must have length greater "
            f"than or equal to {low}"
        )
    if high is not None and len(value) > high:
        problems.append(
            f"Value at '{path}' failed to satisfy constraint: Member must have length less than "
            f"or equal to {high}"
        )
    return problems


def _check_range(shape, value, path):
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    problems = []
    if low is not None and value < low:
        problems.append(
            f"Value '{value}' at '{path}' failed to satisfy constraint: Member must have value "
            f"greater than or equal to {low}"
        )
    if high is not None and value > high:
        problems.append(
            f"Value '{value}' at '{path}' failed to satisfy constraint: Member must have value "
            f"less than or equal to {high}"
        )
    return problems


@functools.cache
def _compiled(pattern):
    try:
        return re.compile(pattern)
    except re.error:  # Java's syntax is larger than Python's; botocore has a few such patterns
        return None


def _matches(pattern, value):
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(value) is not None


# Query protocol scalars are text: only these spellings are accepted (live capture of the public
# query front end: anything else is MalformedInput).


def _query_scalars(req):
    if req.protocol != "query":
        return []
    problems = []
    for name, value in form(req):
        shape = _query_shape(req.operation.input_shape, name.split("."))
        if shape is None:
            continue
        if shape.type_name == "boolean" and value not in ("true", "false", "1", "0"):
            problems.append(f"Value '{value}' at '{name}' is not a boolean")
    return problems


# Members that the model does not have.


def unknown_members(req, shape):
    if req.protocol == "query":
        return [
            f"unknown parameter {name}"
            for name, _ in form(req)
            if name not in _QUERY_EXTRAS
            and (shape is None or _query_shape(shape, name.split(".")) is None)
        ]
    if req.protocol in ("json", "rest-json") and req.body:
        return _unknown_json(req, shape)
    if req.protocol == "rest-xml":
        return _unknown_query(req, shape) + _unknown_xml(req, shape)
    return []


def _query_shape(shape, words):
    """The shape that a query name such as Tags.member.1.Key leads to; None if nothing."""
    if not words:
        return shape
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if member.serialization.get("name", name) == words[0]:
                return _query_shape(member, words[1:])
        return None
    if shape.type_name == "list":
        return _query_list(shape, words)
    if shape.type_name == "map" and len(words) >= 3 and words[0] == "entry":
        wanted = {"key": shape.key, "value": shape.value}.get(words[2])
        return _query_shape(wanted, words[3:]) if wanted is not None else None
    return None


def _query_list(shape, words):
    if not shape.serialization.get("flattened"):
        if words[0] != shape.member.serialization.get("name", "member"):
            return None
        words = words[1:]
        if not words:
            return None
    return _query_shape(shape.member, words[1:]) if words[0].isdigit() else None


def _unknown_json(req, shape):
    try:
        sent = json.loads(req.body)
    except ValueError:
        return ["body is not JSON"]
    return _walk_json(shape, sent, "") if shape is not None else []


def _walk_json(shape, value, path):
    if shape.type_name == "structure" and isinstance(value, dict):
        if getattr(shape, "is_document_type", False):
            return []
        members = {m.serialization.get("name", name): m for name, m in shape.members.items()}
        problems = []
        for name, item in value.items():
            if name not in members:
                problems.append(f"unknown member {path}{name}")
            else:
                problems += _walk_json(members[name], item, f"{path}{name}.")
        return problems
    if shape.type_name == "list" and isinstance(value, list):
        return [p for item in value for p in _walk_json(shape.member, item, path)]
    if shape.type_name == "map" and isinstance(value, dict):
        return [p for item in value.values() for p in _walk_json(shape.value, item, path)]
    return []


def _unknown_query(req, shape):
    """Query parameters of a REST request that neither the URI template nor a member names."""
    known = {"x-id"} | {
        pair.partition("=")[0]
        for pair in req.operation.http["requestUri"].partition("?")[2].split("&")
    }
    for name, member in (shape.members.items() if shape is not None else ()):
        if member.serialization.get("location") == "querystring":
            known.add(member.serialization.get("name", name))
    return [f"unknown query parameter {name}" for name, _ in req.query if name not in known]


def _unknown_xml(req, shape):
    payload = shape.serialization.get("payload") if shape is not None else None
    if payload is not None and shape.members[payload].type_name != "structure":
        return []
    if not req.body:
        return []
    try:
        root = ElementTree.fromstring(req.body)
    except ElementTree.ParseError as problem:
        return [f"body is not XML: {problem}"]
    return _walk_xml(shape.members[payload] if payload else shape, root, _tag(root))


def _tag(element):
    return element.tag.rpartition("}")[2]


def _walk_xml(shape, element, path):
    if shape.type_name == "list":
        return [p for child in element for p in _walk_xml(shape.member, child, path)]
    if shape.type_name != "structure":
        return []
    members = {m.serialization.get("name", name): m for name, m in shape.members.items()}
    for name, member in shape.members.items():  # a flattened list has its items' own name
        if member.type_name == "list" and member.serialization.get("flattened"):
            members[member.member.serialization.get("name", name)] = member.member
            members[member.serialization.get("name", name)] = member.member
    problems = []
    for child in element:
        if _tag(child) not in members:
            problems.append(f"unknown element {path}/{_tag(child)}")
        else:
            problems += _walk_xml(members[_tag(child)], child, f"{path}/{_tag(child)}")
    return problems
