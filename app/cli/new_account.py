"""What a new person is shown once at the terminal."""

from __future__ import annotations

from base64 import b32encode
from urllib.parse import quote


def code_secret(name: str, totp_secret: bytes) -> str:
    """Two lines for the authenticator: the secret, and the address that apps read."""
    secret = b32encode(totp_secret).decode()
    address = f"otpauth://totp/Hinsehen:{quote(name)}?secret={secret}&issuer=Hinsehen"
    return f"  authenticator: {secret}\n                 {address}"
