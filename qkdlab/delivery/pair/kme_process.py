"""One KME as a process of its own: it is started, killed, started anew, and its log is read."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ...errors import KmeError
from ..kme import KmeSettings

SECONDS_TO_START = 120.0
"""How long a KME may take until it listens: a busy machine takes its time to load Python's packages."""

SECONDS_TO_STOP = 15.0
"""How long it may take to stop when it is told to, before it is killed."""

_HOME = Path(__file__).parents[3]
"""Where the package lies: a child finds the same one there, whatever the folder it was started from."""


class LogReader:
    """Reads a log as it grows, a JSON object a line.

    Parameters
    ----------
    path
        The log; it need not be there yet. Reading begins at its end.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = path.stat().st_size if path.exists() else 0

    def new(self) -> list[dict[str, Any]]:
        """Return the lines that have come since the last time; one that is half written comes later."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as file:
            file.seek(self._place)
            whole, end, _ = file.read().rpartition(b"\n")
        self._place += len(whole) + len(end)
        return [told for line in whole.splitlines() if (told := _object(line)) is not None]


def _object(line: bytes) -> dict[str, Any] | None:
    """Return what a line of a log says; None if it was cut short, as by a full disk."""
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


class KmeProcess:
    """A KME with its files in a folder, running or not.

    Parameters
    ----------
    folder
        Where its files are: ``NAME.json`` (settings), ``NAME.err`` (what it wrote to standard error), and
        those that its settings name.
    settings
        What it is told, with paths relative to the folder.
    temporary
        Whether it removes the folder when this process has gone without doing so.

    Notes
    -----
    It is in a session of its own, so that Ctrl+C in a terminal, or the interrupt of a kernel, is not for it;
    and it ends when this process does (`kme_child`).
    """

    def __init__(self, folder: Path, settings: KmeSettings, *, temporary: bool = False) -> None:
        self.name, self._temporary = settings.kme_id, temporary
        self._file = folder / f"{self.name}.json"
        self._file.write_text(settings.to_json(), encoding="utf-8")
        self.settings = KmeSettings.load(self._file)
        self._errors = folder / f"{self.name}.err"
        self._log = LogReader(self._log_path)
        self._started = LogReader(self._log_path)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def _log_path(self) -> Path:
        return Path(self.settings.log_file or "")

    @property
    def url(self) -> str:
        """Where it listens on loopback, or last did; `KmeError` if it never has."""
        try:
            port = int(Path(self.settings.port_file or "").read_text(encoding="ascii"))
        except (OSError, ValueError):
            raise KmeError(0, f"{self.name} has not been started") from None
        return f"https://127.0.0.1:{port}"

    @property
    def is_running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None and self._process.poll() is None

    @property
    def process_id(self) -> int | None:
        """The number of its process; None if there is none."""
        return self._process.pid if self._process is not None and self.is_running else None

    def new_log_lines(self) -> list[dict[str, Any]]:
        """Return what it has written down since this was last called."""
        return self._log.new()

    def launch(self) -> None:
        """Start it, and do not wait for it."""
        if self.is_running:
            raise ValueError(f"{self.name} must not be running to be started")
        self._reap()
        self._started = LogReader(self._log_path)
        command = [sys.executable, "-m", f"{__package__}.kme_child", str(self._file)]
        command += ["--temporary"] if self._temporary else []
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd=_HOME,
                start_new_session=True,
            )

    def wait_until_it_listens(self) -> None:
        """Wait for a process that was launched.

        Raises
        ------
        KmeError
            If it ends before it listens, with what it said last, or takes longer than `SECONDS_TO_START`.
        """
        end = time.monotonic() + SECONDS_TO_START
        while not any(line.get("event") == "listening" for line in self._started.new()):
            if not self.is_running:
                raise KmeError(0, f"{self.name} did not start: {self._last_words()}")
            if time.monotonic() > end:
                late = f"did not start within {SECONDS_TO_START:g} s"
                raise KmeError(0, f"{self.name} {late}: {self._last_words()}")
            time.sleep(0.02)

    def kill(self) -> None:
        """End it at once, as ``kill -9`` or a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._reap()

    def stop(self, *, wait: bool = True) -> None:
        """Tell it to stop, and wait until it has; it is killed if it takes too long."""
        if self._process is None:
            return
        self._process.terminate()
        if wait:
            try:
                self._process.wait(SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                self._process.kill()
            self._reap()

    def _reap(self) -> None:
        """Let a process that has ended go."""
        if self._process is not None:
            self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None

    def _last_words(self) -> str:
        """What it wrote last to standard error, or to its log."""
        for path in (self._errors, self._log_path):
            lines = path.read_text(encoding="utf-8", errors="replace").split("\n") if path.exists() else []
            if said := [line for line in lines if line.strip()]:
                return " / ".join(said[-3:])
        return "it said nothing"
