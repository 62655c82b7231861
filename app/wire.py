"""How large a page is on the wire: every page is filled up to one of a few size classes.

A watcher of the line sees sizes, so the filling stands in the gzip header, where it costs the
reader nothing; whoever takes no gzip gets it as a comment after the page.
"""

import struct
import zlib
from collections.abc import Iterator

from flask import Request, Response

SMALLEST_CLASS = 8 * 1024
# Without gzip the pages differ by more than 8 KiB: one floor above the longest of them.
SMALLEST_PLAIN_CLASS = 64 * 1024
# The server writes its own words for these.
PHRASES_OF_THE_SERVER = {413: "Payload Too Large"}
# The server adds "date: Thu, 01 Jan 1970 00:00:00 GMT" after we have counted.
DATE_HEADER_BYTES = len("date: Thu, 01 Jan 1970 00:00:00 GMT\r\n")

MOST_READ_AWAY = 16 * 1024 * 1024
EXTRA_FLAG = 4
COMMENT_FLAG = 16
LONGEST_EXTRA = 0xFFFF
SUBFIELD_NAME = b"HS"
SMALLEST_EXTRA_FIELD = 6
COMMENT_START = b"<!--"
COMMENT_END = b"-->"


def size_classes(smallest: int) -> Iterator[int]:
    """The sizes an answer may have, each double the one before."""
    size = smallest
    while True:
        yield size
        size *= 2


def takes_gzip(request: Request) -> bool:
    """Whether the visitor's browser said that it reads gzip."""
    return request.accept_encodings.quality("gzip") > 0


def read_the_rest(request: Request) -> None:
    """Take in what is too much before answering: a browser cut off while sending shows no page."""
    left = MOST_READ_AWAY
    while left > 0 and (chunk := request.environ["wsgi.input"].read(65536)):
        left -= len(chunk)


def finish_page(response: Response, accepts_gzip: bool, pad: bool) -> Response:
    """Compress a page and fill the whole answer up to its class; leave all else alone."""
    if not _is_own_page(response):
        return response
    response.vary.add("Accept-Encoding")
    page = response.get_data()
    deflated = deflate(page) if accepts_gzip else b""
    if accepts_gzip:
        response.headers["Content-Encoding"] = "gzip"
    shortest = len(gzip_frame(page, deflated, 0)) if accepts_gzip else len(page)
    filling = _filling(response, shortest, accepts_gzip) if pad else 0
    body = gzip_frame(page, deflated, filling) if accepts_gzip else plain_frame(page, filling)
    response.set_data(body)
    response.headers["Content-Length"] = str(len(body))
    return response


def deflate(page: bytes) -> bytes:
    """The page as a raw deflate stream."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return squeezer.compress(page) + squeezer.flush()


def gzip_frame(page: bytes, deflated: bytes, filling: int) -> bytes:
    """A gzip file around a deflate stream, its header longer by exactly `filling` bytes."""
    extra, comment = _header_filling(filling)
    flags = (EXTRA_FLAG if extra else 0) | (COMMENT_FLAG if comment else 0)
    start = struct.pack("<BBBBLBB", 0x1F, 0x8B, 8, flags, 0, 2, 255)
    end = struct.pack("<LL", zlib.crc32(page), len(page) & 0xFFFFFFFF)
    return start + extra + comment + deflated + end


def plain_frame(page: bytes, filling: int) -> bytes:
    """The page followed by a comment of exactly `filling` bytes (blanks if too few for one)."""
    room = filling - len(COMMENT_START) - len(COMMENT_END)
    if room < 0:
        return page + b"\n" * filling
    return page + COMMENT_START + b" " * room + COMMENT_END


def head_size(response: Response, body_size: int) -> int:
    """Bytes of status line and headers, as the server writes them for a body of that size."""
    code = response.status_code
    phrase = PHRASES_OF_THE_SERVER.get(code, response.status[4:])
    size = len(f"HTTP/1.1 {code} {phrase}\r\n\r\n") + DATE_HEADER_BYTES
    size += len(f"content-length: {body_size}\r\n")
    for name, value in response.headers.items():
        if name.lower() != "content-length":
            size += len(f"{name}: {value}\r\n".encode())
    return size


def _filling(response: Response, shortest: int, accepts_gzip: bool) -> int:
    smallest = SMALLEST_CLASS if accepts_gzip else SMALLEST_PLAIN_CLASS
    for size in size_classes(smallest):
        body_size = size - head_size(response, size)
        # The length is written in decimal: a shorter body may need a digit less.
        while body_size + head_size(response, body_size) < size:
            body_size += 1
        fits = body_size + head_size(response, body_size) == size
        if fits and body_size >= shortest:
            return body_size - shortest
    raise AssertionError("size classes never end")


def _header_filling(filling: int) -> tuple[bytes, bytes]:
    extra = b""
    if filling >= SMALLEST_EXTRA_FIELD:
        length = min(filling - 2, LONGEST_EXTRA)
        subfield = SUBFIELD_NAME + struct.pack("<H", length - 4) + bytes(length - 4)
        extra = struct.pack("<H", length) + subfield
    rest = filling - len(extra)
    return extra, b" " * (rest - 1) + b"\0" if rest else b""


def _is_own_page(response: Response) -> bool:
    return (
        response.mimetype == "text/html"
        and not response.is_streamed
        and not response.direct_passthrough
        and "Content-Encoding" not in response.headers
        and response.status_code not in (204, 304)
    )
