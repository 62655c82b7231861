"""The headers every answer of both doors carries."""

from typing import Literal

from flask import Response, request

Door = Literal["reporter", "desk"]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# A file is never shown as a page of this house, whatever a browser makes of it.
DOWNLOAD_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
PERMISSIONS_POLICY = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer",
        "autoplay",
        "bluetooth",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "microphone",
        "midi",
        "payment",
        "usb",
        "web-share",
    )
)
EVERYWHERE = {
    # The server would otherwise tell its own name.
    "Server": "web",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-DNS-Prefetch-Control": "off",
    # Not no-referrer: Origin would then be "null" on a form's POST.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
}
TRANSPORT_SECURITY = "max-age=63072000; includeSubDomains"
LANDING_ENDPOINTS = frozenset({"start", "reporter.start"})


def set_headers(response: Response, door: Door, public_url: str) -> Response:
    """Put the fixed set on an answer; only a static file may be kept by a browser.

    Whether the door is reached by https says its configured address, for a proxy may end TLS.
    """
    for name, value in EVERYWHERE.items():
        response.headers[name] = value
    if response.headers.get("Content-Disposition", "").startswith("attachment"):
        response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    if public_url.startswith("https:") and not request.host.endswith(".onion"):
        response.headers["Strict-Transport-Security"] = TRANSPORT_SECURITY
    if not (request.path.startswith("/static/") and response.status_code == 200):
        response.headers["Cache-Control"] = "no-store"
        for name in ("ETag", "Last-Modified"):
            response.headers.pop(name, None)
    if not _is_landing_page(response, door):
        response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response


def _is_landing_page(response: Response, door: Door) -> bool:
    return (
        door == "reporter" and response.status_code == 200 and request.endpoint in LANDING_ENDPOINTS
    )
