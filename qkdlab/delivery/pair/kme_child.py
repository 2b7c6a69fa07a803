"""A KME that ends when the process that started it is gone, however that came about.

``python -m qkdlab.delivery.pair.kme_child SETTINGS.json [--temporary]``, with standard input a pipe that the
parent holds open and never writes to. The pipe ends when the parent does, even by ``kill -9``. Should a fork
of the parent hold the pipe open, the process that has the child as its own is another one, and that is seen
as well. With ``--temporary`` the folder of the settings is removed then, keys and all, as there is nobody
left to do it.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

from ..kme.__main__ import main

TEMPORARY = "--temporary"
"""Says that the folder is nobody's but the pair's own."""

SECONDS_TO_STOP = 10.0
"""How long the KME may take to stop in good order, before it is ended."""


def _end_with_the_parent(orphaned: threading.Event) -> None:
    """Wait until the parent is gone, and then end this process."""
    parent = os.getppid()
    while os.getppid() == parent:
        # on Windows only sockets can be selected: there, the read itself waits
        if sys.platform == "win32" or select.select([0], [], [], 1.0)[0]:
            if not os.read(0, 64):
                break
    orphaned.set()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_TO_STOP)
    os._exit(1)


if __name__ == "__main__":
    settings, *options = sys.argv[1:]
    alone = threading.Event()
    threading.Thread(target=_end_with_the_parent, args=(alone,), daemon=True).start()
    status = main([settings])
    if alone.is_set() and TEMPORARY in options:
        shutil.rmtree(Path(settings).parent, ignore_errors=True)
    sys.exit(status)
