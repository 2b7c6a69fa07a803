"""What a KME writes down while it works: a JSON object a line, and never a bit of a key.

It is given names, counts and codes one by one, and no request or answer whole; so nothing secret can slip in.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from ..closing import Closing

LONGEST_TEXT = 200
"""Characters of a text from outside that are written down."""

MOST_KEY_IDS = 128
"""Key IDs of one request that are written down."""


class AccessLog(Closing):
    """A log of requests and events.

    Parameters
    ----------
    path
        The file it is appended to; None for standard output.
    """

    def __init__(self, path: str | None = None) -> None:
        self._file = None if path is None else Path(path).open("a", encoding="utf-8")  # noqa: SIM115

    def request(
        self,
        *,
        caller: str,
        method: str,
        path: str,
        status: int,
        milliseconds: float,
        key_ids: tuple[str, ...] = (),
        message: str = "",
    ) -> None:
        """Write down a request: whose, for what, and how it ended. The path comes without its query."""
        told: dict[str, object] = {
            "caller": caller[:LONGEST_TEXT],
            "method": method[:LONGEST_TEXT],
            "path": path[:LONGEST_TEXT],
            "status": status,
            "ms": round(milliseconds, 1),
        }
        if key_ids:
            told["key_IDs"] = list(key_ids[:MOST_KEY_IDS])
        if message:
            told["message"] = message[:LONGEST_TEXT]
        self._write("request", told)

    def event(self, what: str, **told: str | int) -> None:
        """Write down what happened otherwise, with names and numbers."""
        self._write(
            what,
            {name: value[:LONGEST_TEXT] if isinstance(value, str) else value for name, value in told.items()},
        )

    def _write(self, event: str, told: Mapping[str, object]) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": now, "event": event, **told})
        with suppress(OSError, ValueError):  # a full disk or a reader that has gone stops no KME
            out = self._file or sys.stdout
            out.write(line + "\n")
            out.flush()

    def close(self) -> None:
        """Close the file, if it is one."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
