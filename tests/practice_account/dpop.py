# SPDX-License-Identifier: MIT
"""Checks a DPoP proof: RFC 9449 section 4.3, in the form that AWS's sign-in clients use.

ES256 over a compact JWS whose header carries the P-256 public key; claims htm, htu, iat and
jti; no nonce, no ath. Made for the token endpoint of signin_token.py.
"""

import base64
import hashlib
import json
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils


class BadProof(Exception):
    """The proof is wrong in itself: form, key, signature, htm, htu or a jti seen before."""


class WrongTime(Exception):
    """The proof is right but for its iat, which is too far from the server's time."""


def check(proof, url, now, window, seen):
    """The thumbprint (RFC 7638) of the key that made the proof.

    url: what htu must be. now: seconds. window: how far iat may be from now, in seconds.
    seen: set of the (thumbprint, jti) that were used; gets this one's. Raises BadProof and
    WrongTime; neither leaves a mark in seen.
    """
    parts = (proof or "").split(".")
    if len(parts) != 3:
        raise BadProof("DPoP header is missing or not a compact JWS")
    header, claims = _object(parts[0], "header"), _object(parts[1], "claims")
    key = _public_key(header)
    _check_signature(key, parts)
    _check_claims(claims, url)
    if abs(now - claims["iat"]) > window:
        raise WrongTime(f"iat is {claims['iat'] - now:+.0f} s from the server's time")
    mark = (thumbprint(header["jwk"]), claims["jti"])
    if mark in seen:
        raise BadProof("jti was used before")
    seen.add(mark)
    return mark[0]


def decode(text):
    """base64url without padding, as JOSE has it; BadProof for anything else."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise BadProof("not base64url without padding")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as problem:
        raise BadProof("not base64url") from problem


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def thumbprint(jwk):
    needed = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    text = json.dumps(needed, separators=(",", ":"), sort_keys=True)
    return encode(hashlib.sha256(text.encode()).digest())


def _object(part, what):
    try:
        value = json.loads(decode(part))
    except ValueError as problem:
        raise BadProof(f"{what} is not JSON") from problem
    if not isinstance(value, dict):
        raise BadProof(f"{what} is not a JSON object")
    return value


def _public_key(header):
    if header.get("typ") != "dpop+jwt" or header.get("alg") != "ES256":
        raise BadProof("typ must be dpop+jwt and alg ES256")
    jwk = header.get("jwk")
    if not isinstance(jwk, dict) or jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise BadProof("jwk must be an EC key on P-256")
    if "d" in jwk:
        raise BadProof("jwk holds the private key")
    x, y = (decode(str(jwk.get(name, ""))) for name in ("x", "y"))
    if len(x) != 32 or len(y) != 32:
        raise BadProof("x and y of the jwk must have 32 bytes each")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\4" + x + y)
    except ValueError as problem:
        raise BadProof("jwk is not a point of the curve") from problem


def _check_signature(key, parts):
    raw = decode(parts[2])
    if len(raw) != 64:
        raise BadProof("signature must be r and s of 32 bytes each")
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    try:
        key.verify(utils.encode_dss_signature(r, s), f"{parts[0]}.{parts[1]}".encode(),
                   ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as problem:
        raise BadProof("signature is wrong") from problem


def _check_claims(claims, url):
    if claims.get("htm") != "POST":
        raise BadProof("htm must be POST")
    if claims.get("htu") != url:
        raise BadProof(f"htu must be {url}, not {claims.get('htu')}")
    if not isinstance(claims.get("iat"), int) or isinstance(claims["iat"], bool):
        raise BadProof("iat must be seconds since the epoch")
    if not isinstance(claims.get("jti"), str) or not claims["jti"]:
        raise BadProof("jti is missing")
