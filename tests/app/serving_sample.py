"""Two tiny doors to start, kill and stop: run with two ports."""

import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from app.serving import CannotServe, Door, serve


def make_app() -> Callable[..., Iterable[bytes]]:
    """An application that can be slow and can refuse a large body unread."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            time.sleep(1)
        large = int(environ.get("CONTENT_LENGTH") or 0) > 100_000
        environ["wsgi.input"].read()
        status = "413 Content Too Large" if large else "200 OK"
        start_response(status, [("Content-Type", "text/plain"), ("Content-Length", "2")])
        return [b"ok"]

    return app


def main() -> int:
    """Serve both doors and say when they answer."""
    ports = [int(word) for word in sys.argv[1:3]]
    doors = [
        Door(name, "127.0.0.1", port, lambda: make_app)
        for name, port in zip(("one", "two"), ports, strict=True)
    ]
    try:
        return serve(doors, lambda: print("ready", flush=True))
    except CannotServe as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
