# SPDX-License-Identifier: MIT
"""A certificate authority for tests: made anew at each start, its key never leaves memory."""
import datetime
import ssl
import tempfile
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = datetime.timedelta(days=1)


def named(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """Writes DIR/ca.pem and issues one TLS server context per host."""

    def __init__(self, directory):
        directory.mkdir(parents=True, exist_ok=True)
        self.bundle = (directory / "ca.pem").resolve()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = named("rootlock practice account test CA")
        self.certificate = self.sign(self.name, self.key.public_key(), [
            (x509.BasicConstraints(ca=True, path_length=0), True),
            (usage(key_cert_sign=True, crl_sign=True), True)])
        self.bundle.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        self.contexts, self.lock = {}, threading.Lock()

    def sign(self, subject, public_key, extensions):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name)
                   .public_key(public_key).serial_number(x509.random_serial_number())
                   .not_valid_before(now - DAY).not_valid_after(now + 30 * DAY)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), False)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(
                       self.key.public_key()), False))
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(self.key, hashes.SHA256())

    def context(self, host):
        """The TLS context that presents a certificate for host; TLS 1.2 or newer."""
        with self.lock:
            if host not in self.contexts:
                self.contexts[host] = self.issue(host)
            return self.contexts[host]

    def issue(self, host):
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = self.sign(named(host[:64]), key.public_key(), [
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (usage(digital_signature=True), True),
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
            (x509.SubjectAlternativeName([x509.DNSName(host)]), False)])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        with tempfile.NamedTemporaryFile() as pem:  # ssl reads keys from files only
            pem.write(leaf.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption()))
            pem.flush()
            context.load_cert_chain(pem.name)
        return context


def usage(**on):
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: on.get(name, False) for name in names})
