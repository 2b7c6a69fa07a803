"""Where batches run: here, in processes, on any executor of ``concurrent.futures``, or on a Dask cluster."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Any

from ..errors import shown
from ..values import check_count

SERIAL, PROCESSES = "serial", "processes"
BY_NAME = (SERIAL, PROCESSES)
USUAL_WORKERS = 8
"""What is taken for the number of workers of an executor that does not tell."""


class SerialExecutor(Executor):
    """Runs what it is given at once, in the process that gives it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function, and return a future that is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Workers:
    """What runs the batches of a sweep.

    Parameters
    ----------
    executor
        ``"serial"``, ``"processes"``, an executor, or a Dask client.
    n_workers
        How many processes; None for one on every processor that may be used.

    Raises
    ------
    ValueError
        If it is none of these, or processes are asked for where there are none.
    """

    def __init__(self, executor: Any, n_workers: int | None = None) -> None:
        self._client: Any = None
        self._own: ProcessPoolExecutor | None = None
        self._n = processors() if n_workers is None else check_count("n_workers", n_workers, minimum=1)
        if executor == SERIAL:
            self._executor: Executor = SerialExecutor()
            self._n = 1
        elif executor == PROCESSES:
            if sys.platform == "emscripten":
                raise ValueError("executor must be 'serial' in a browser, which has no processes")
            self.renew()
        elif isinstance(executor, Executor):
            self._executor = executor
            self._n = getattr(executor, "_max_workers", USUAL_WORKERS)
        elif hasattr(executor, "get_executor"):
            if getattr(executor, "asynchronous", False):
                raise ValueError("executor must be a Dask client that waits, got an asynchronous one")
            self._client, self._executor = executor, executor.get_executor(pure=False)
        else:
            known = "'serial', 'processes', an executor or a Dask client"
            raise ValueError(f"executor must be {known}, got {shown(executor)}")

    @property
    def is_serial(self) -> bool:
        """Whether batches run in this process, one by one."""
        return isinstance(self._executor, SerialExecutor)

    def count(self) -> int:
        """Return how many batches can run at once now: a Dask cluster may grow and shrink."""
        return max(1, sum(self._client.nthreads().values()) if self._client else self._n)

    def submit(self, function: Callable[..., Any], *args: Any) -> Future[Any]:
        """Hand out a call."""
        return self._executor.submit(function, *args)

    def renew(self) -> bool:
        """Start processes in place of those that died, if they are our own; return whether they are."""
        if self._executor_is_ours():
            from multiprocessing import get_context  # noqa: PLC0415 (not in a browser)

            self.close()
            # spawned: a fork would copy the threads' locks of a kernel or a server with it
            self._own = ProcessPoolExecutor(
                self._n, mp_context=get_context("spawn"), initializer=_ignore_ctrl_c
            )
            self._executor = self._own
            return True
        return False

    def _executor_is_ours(self) -> bool:
        return self._own is not None or not hasattr(self, "_executor")

    def close(self) -> None:
        """End our own processes at once, also those that still run something."""
        if self._own:
            for process in list((self._own._processes or {}).values()):
                process.terminate()
            self._own.shutdown(cancel_futures=True)


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _ignore_ctrl_c() -> None:
    """Leave Ctrl+C to the process that has the workers: it ends them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
