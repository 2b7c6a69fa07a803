"""One KME as a process: ``python -m qkdlab.delivery.kme SETTINGS.json``. SIGTERM or Ctrl+C stop it."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

from ...errors import KeyStoreError
from .access_log import AccessLog
from .kme_settings import KmeSettings
from .server import KmeServer


async def serve(settings: KmeSettings) -> None:
    """Run a KME until it is told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    if sys.platform != "win32":  # which has no such handlers: there, Ctrl+C cancels
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
    with AccessLog(settings.log_file) as log:
        # what TLS and the transports have to say may quote what was sent: only its kind is written down
        loop.set_exception_handler(
            lambda _, context: log.event(
                "connection failed",
                kind=type(context.get("exception")).__name__,
                text=str(context["message"]),
            )
        )
        async with KmeServer(settings, log):
            await stop.wait()


def main(arguments: list[str] | None = None) -> int:
    """Run one KME; the exit status is 0 if it was told to stop, and 1 if it could not start."""
    parser = argparse.ArgumentParser(prog="python -m qkdlab.delivery.kme", description="Run one KME.")
    parser.add_argument("settings", help="JSON file of its settings")
    told = parser.parse_args(arguments)
    try:
        asyncio.run(serve(KmeSettings.load(told.settings)))
    except (KeyStoreError, OSError, ValueError) as error:
        sys.stderr.write(f"{told.settings}: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
