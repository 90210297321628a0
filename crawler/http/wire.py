"""One HTTP/1.x answer off a stream: its bytes as they came, and where head and body part. Bounded in bytes, lenient in form.

https://www.rfc-editor.org/rfc/rfc9112 is the form; real servers leave out reasons, end lines with a bare LF and put lines
without a colon in their heads, and browsers read those answers, so that this does, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from crawler.errors import BrokenAnswerError

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/(\d)(?:\.(\d))?[ \t]+(\d{3})(?:[ \t]|\r?$)", re.I)
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]*)?\r?$")
_READ = 65536
_LONGEST_CHUNK_LINE = 4096
_MOST_INTERIM = 5
"""Interim answers (100 Continue, 103 Early Hints) before the real one."""


class Stream(Protocol):
    """What the bytes come from; asyncio.StreamReader is one."""

    async def read(self, n: int = -1) -> bytes:
        """Up to n bytes; none at the end."""


@dataclass(slots=True)
class Answer:
    """An answer as it was received."""

    head: bytes
    """Status line and header lines, with the empty line that ends them."""
    body: bytes
    """All that followed, transfer encoding kept."""
    status: int
    headers: tuple[tuple[str, str], ...]
    """In their order and case."""
    cut: str = ""
    """Why the body is not whole: "length", "time" or "disconnect", the words of WARC-Truncated. Empty when it is."""
    reusable: bool = False
    """Whether another request may go over the same connection."""

    def header(self, name: str) -> str:
        """The first header of this name (in lower case), or an empty string."""
        return next((value for key, value in self.headers if key.lower() == name), "")


class Reading:
    """An answer while it comes. After a time-out, answer() gives what has arrived so far."""

    def __init__(self, stream: Stream, *, method: str, head_limit: int, body_limit: int) -> None:
        self._stream = stream
        self._method = method
        self._head_limit = head_limit
        self._body_limit = body_limit
        self._buffer = bytearray()
        self.received = False
        """Whether a single byte has come."""
        self._answer: Answer | None = None

    def answer(self, cut: str) -> Answer | None:
        """What has arrived, cut off where it is; None before the head is whole."""
        if self._answer is not None:
            self._answer.body = bytes(self._buffer[: self._body_limit])
            self._answer.cut = cut
        return self._answer

    async def run(self) -> Answer:
        """Reads to the end of the answer or to a limit.

        Raises:
            BrokenAnswerError: no HTTP, too large a head, or an end before the head was whole.
        """
        for _ in range(_MOST_INTERIM):
            head = await self._head()
            answer = parse_head(head)
            if answer.status >= 200 or answer.status == 101:
                break
        else:
            raise BrokenAnswerError("The server sent interim answers only.")
        self._answer = answer
        cut, whole = await self._body(answer)
        answer.body = bytes(self._buffer)
        answer.cut = cut
        answer.reusable = whole and not cut and _keeps_alive(answer)
        return answer

    async def _more(self) -> bool:
        data = await self._stream.read(_READ)
        self.received = self.received or bool(data)
        self._buffer += data
        return bool(data)

    async def _head(self) -> bytes:
        searched = 0
        while True:
            match = _HEAD_END.search(self._buffer, max(0, searched - 3))
            if match and match.end() <= self._head_limit:
                head = bytes(self._buffer[: match.end()])
                del self._buffer[: match.end()]
                return head
            searched = len(self._buffer)
            if match or searched > self._head_limit:
                raise BrokenAnswerError(f"The head of the answer is larger than {self._head_limit} bytes.")
            if searched >= 5 and not self._buffer[:5].upper().startswith(b"HTTP/"):
                raise BrokenAnswerError("The server does not speak HTTP.")
            if not await self._more():
                what = "closed the connection without an answer" if not searched else "broke off in the head of its answer"
                raise BrokenAnswerError(f"The server {what}.")

    async def _body(self, answer: Answer) -> tuple[str, bool]:
        """(why it was cut, whether the end was marked so that the connection is in step)."""
        if self._method == "HEAD" or answer.status in (101, 204, 304):
            return "", not self._buffer
        if "chunked" in answer.header("transfer-encoding").lower():
            return await self._chunks()
        length = answer.header("content-length").split(",", 1)[0].strip()
        if length.isascii() and length.isdigit() and len(length) < 16:
            return await self._length(int(length))
        return await self._to_end()

    async def _fill(self, size: int) -> str:
        while len(self._buffer) < size:
            if len(self._buffer) > self._body_limit:
                break
            if not await self._more():
                return "disconnect"
        if size > self._body_limit:
            del self._buffer[self._body_limit :]
            return "length"
        return ""

    async def _length(self, length: int) -> tuple[str, bool]:
        cut = await self._fill(length)
        exact = len(self._buffer) == length
        del self._buffer[length:]
        return cut, exact

    async def _to_end(self) -> tuple[str, bool]:
        while len(self._buffer) <= self._body_limit:
            if not await self._more():
                return "", False
        del self._buffer[self._body_limit :]
        return "length", False

    async def _chunks(self) -> tuple[str, bool]:
        at = 0
        while True:
            line_end, cut = await self._line_end(at)
            if cut:
                return cut, False
            size = _CHUNK_SIZE.fullmatch(bytes(self._buffer[at:line_end]))
            if size is None:
                return "disconnect", False
            length = int(size[1], 16)
            if length == 0:
                return await self._trailer(line_end + 1)
            cut = await self._fill(line_end + 1 + length + 2)
            if cut:
                return cut, False
            at = line_end + 1 + length
            at += 2 if self._buffer[at : at + 2] == b"\r\n" else 1

    async def _line_end(self, start: int) -> tuple[int, str]:
        while (found := self._buffer.find(b"\n", start)) < 0:
            if len(self._buffer) - start > _LONGEST_CHUNK_LINE:
                return -1, "disconnect"
            if not await self._more():
                return -1, "disconnect"
        return found, ""

    async def _trailer(self, start: int) -> tuple[str, bool]:
        first = start
        while True:
            end, cut = await self._line_end(start)
            if cut or end - first > self._head_limit:
                return "", False  # all chunks are there; what is missing is the trailer
            empty = not self._buffer[start:end].strip()
            start = end + 1
            if empty:
                whole = len(self._buffer) == start
                del self._buffer[start:]
                return "", whole


def parse_head(head: bytes) -> Answer:
    """Status and headers of a head.

    Raises:
        BrokenAnswerError: its first line is no status line.
    """
    first, _, rest = head.partition(b"\n")
    status = _STATUS.match(first.rstrip(b"\r"))
    if status is None:
        raise BrokenAnswerError("The server does not speak HTTP.")
    headers: list[tuple[str, str]] = []
    for line in rest.splitlines():
        if line[:1] in (b" ", b"\t") and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {line.strip().decode('latin-1')}".strip())
            continue
        key, colon, text = line.partition(b":")
        if colon and key.strip():
            headers.append((key.strip().decode("latin-1"), text.strip().decode("latin-1")))
    return Answer(head, b"", int(status[3]), tuple(headers))


def _keeps_alive(answer: Answer) -> bool:
    connection = answer.header("connection").lower()
    if "close" in connection:
        return False
    return answer.head[:8].upper() == b"HTTP/1.1" or "keep-alive" in connection
