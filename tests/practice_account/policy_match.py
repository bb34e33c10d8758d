# SPDX-License-Identifier: MIT
"""Patterns and conditions of policies.  Everywhere, `ask` is a policy_eval.Ask.

Written from the IAM User Guide: "IAM JSON policy elements: Resource", "... Condition
operators", "... Variables and tags" and "Multivalued context keys".
"""
import datetime
import ipaddress
import re


class PolicyError(ValueError):
    """The policy itself cannot be evaluated (unknown operator, no Effect...)."""


def as_list(value):
    return value if isinstance(value, list) else [value]


# ---- patterns -------------------------------------------------------------

VARIABLE = re.compile(r"\$\{([^}]*)\}")


def wildcards(text):
    return re.escape(text).replace(r"\*", ".*").replace(r"\?", ".")


def expand(text, ask, variables=True, plain=wildcards):
    """Regular expression of a pattern; the values of variables are taken literally.

    None when a variable has no value: such an element matches nothing.
    """
    out, at = [], 0
    for found in VARIABLE.finditer(text) if variables else ():
        out.append(plain(text[at:found.start()]))
        name, _, default = (part.strip() for part in found.group(1).partition(","))
        if name in ("*", "?", "$"):
            values = [name]
        else:
            values = ask.values(name) or ([default.strip("'")] if default else None)
        if not values or len(values) != 1:
            return None
        out.append(re.escape(str(values[0])))
        at = found.end()
    return "".join(out) + plain(text[at:])


def like(pattern, value, ask, variables=True, flags=0, plain=wildcards):
    regex = expand(pattern, ask, variables, plain)
    return regex is not None and re.fullmatch(regex, value, re.DOTALL | flags) is not None


def split_arn(text):
    """The six parts of an ARN; colons inside `${...}` do not count."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char == "{") - (char == "}")
        if char == ":" and depth == 0 and len(parts) < 5:
            parts.append(text[start:at])
            start = at + 1
    return parts + [text[start:]]


def arn_like(pattern, arn, ask, variables=True):
    """ARNs match part by part; a short pattern is completed with wildcards."""
    want, have = split_arn(pattern), split_arn(arn)
    if pattern == "*":
        return True
    if len(have) < 6 or not pattern.startswith("arn:"):
        return like(pattern, arn, ask, variables)
    want += ["*"] * (6 - len(want))
    return all(like(w, h, ask, variables) for w, h in zip(want, have))


# ---- conditions -----------------------------------------------------------

def to_date(text):
    if re.fullmatch(r"\d+", text):
        return datetime.datetime.fromtimestamp(int(text), datetime.timezone.utc)
    date = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return date if date.tzinfo else date.replace(tzinfo=datetime.timezone.utc)


def ordered(convert):
    """The five comparisons of a number or a date, by the end of the operator's name."""
    tests = {"Equals": lambda a, b: a == b, "LessThan": lambda a, b: a < b,
             "LessThanEquals": lambda a, b: a <= b, "GreaterThan": lambda a, b: a > b,
             "GreaterThanEquals": lambda a, b: a >= b}
    return {name: lambda have, want, ask, var, test=test: test(convert(have), convert(want))
            for name, test in tests.items()}


def in_network(have, want, ask, var):
    return ipaddress.ip_address(have) in ipaddress.ip_network(want, strict=False)


def equals(have, want, ask, var, flags=0):
    return like(want, have, ask, var, flags, plain=re.escape)


MATCHES = {
    "StringEquals": equals,
    "StringEqualsIgnoreCase": lambda h, w, a, v: equals(h, w, a, v, re.IGNORECASE),
    "StringLike": lambda h, w, a, v: like(w, h, a, v),
    "ArnEquals": lambda h, w, a, v: arn_like(w, h, a, v),
    "ArnLike": lambda h, w, a, v: arn_like(w, h, a, v),
    "Bool": lambda h, w, a, v: h.lower() == w.lower(),
    "BinaryEquals": lambda h, w, a, v: h == w,
    "IpAddress": in_network,
    **{"Numeric" + name: test for name, test in ordered(float).items()},
    **{"Date" + name: test for name, test in ordered(to_date).items()},
}
NEGATED = {
    "StringNotEquals": "StringEquals", "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike", "ArnNotEquals": "ArnEquals", "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals", "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}


def text_of(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def operator_parts(operator):
    """(quantifier, test, negated, if_exists) of a condition operator; test None is Null."""
    quantifier, _, name = operator.rpartition(":")
    name, if_exists = re.subn("IfExists$", "", name)
    test = MATCHES.get(NEGATED.get(name, name))
    if quantifier not in ("", "ForAllValues", "ForAnyValue") or not (test or name == "Null"):
        raise PolicyError(f"Invalid Condition type : {operator}")
    return quantifier, test, name in NEGATED, bool(if_exists)


def one_condition(operator, key, wanted, ask, var):
    """One key under one operator.  Several policy values are an OR (NOR when negated)."""
    quantifier, test, negated, if_exists = operator_parts(operator)
    have, wanted = ask.values(key), [text_of(value) for value in as_list(wanted)]
    if test is None:
        return any((have is None) == (value == "true") for value in wanted)
    if have is None:
        return if_exists or quantifier == "ForAllValues" or (negated and not quantifier)
    results = [any(test(text_of(h), want, ask, var) for want in wanted) != negated
               for h in have]
    return all(results) if quantifier == "ForAllValues" or negated and not quantifier \
        else any(results)


def conditions_hold(statement, ask, var):
    return all(one_condition(operator, key, wanted, ask, var)
               for operator, block in statement.get("Condition", {}).items()
               for key, wanted in block.items())
