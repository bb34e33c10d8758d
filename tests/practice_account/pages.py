# SPDX-License-Identifier: MIT
"""HTML of the console page. Plain enough for a text browser; form field names are stable."""

from html import escape


def page(title, *parts, error=None):
    """A whole page; parts are HTML, error is text."""
    alert = f'<p id="error" role="alert"><strong>{escape(error)}</strong></p>' if error else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} - practice account</title>"
        "<style>body{font:16px sans-serif;max-width:42em;margin:2em auto;padding:0 1em}"
        "label{display:block;margin:.5em 0}table{border-collapse:collapse}"
        "td,th{border:1px solid #888;padding:.3em .6em;text-align:left}"
        "#secret{overflow-wrap:anywhere}</style></head><body>"
        "<p>Practice account: nothing here is a real AWS account.</p>"
        f"<h1>{escape(title)}</h1>{alert}{''.join(parts)}</body></html>"
    )


def text(content):
    return f"<p>{escape(content)}</p>"


def link(path, label):
    return f'<p><a href="{escape(path)}">{escape(label)}</a></p>'


def form(action, button, *fields):
    """A form that posts to action; fields are made by field() and hidden()."""
    return (
        f'<form method="post" action="{escape(action)}">{"".join(fields)}'
        f"<button>{escape(button)}</button></form>"
    )


def field(name, label, kind="text", value=""):
    return (
        f'<label>{escape(label)} <input name="{escape(name)}" type="{kind}" '
        f'value="{escape(value)}" autocomplete="off"></label>'
    )


def hidden(name, value):
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'


def table(heads, rows):
    """rows hold HTML cells: escape text before."""
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def device_setup(device, png_base64, error=None):
    """The page where root's new virtual device shows its secret and asks for two codes."""
    return page(
        "Set up device",
        text("1. Scan this QR code with your authenticator app, or type the secret key into it."),
        f'<p><img alt="QR code of the secret key" src="data:image/png;base64,{png_base64}"></p>',
        "<details open><summary>Show secret key</summary>"
        f'<p><code id="secret">{escape(device.seed)}</code></p></details>',
        text("2. Type two codes in a row from the app."),
        form(
            "/console/iam/security_credentials/mfa/assign", "Add MFA",
            hidden("serial", device.serial),
            field("code1", "MFA code 1"), field("code2", "MFA code 2"),
        ),
        link("/console/iam/security_credentials/mfa", "Cancel"),
        error=error,
    )
