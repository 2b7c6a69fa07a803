"""Runs work in the background for a panel: the newest request wins, nothing blocks, nothing hangs.

The background is a thread. In a browser there is none, and the work shares the loop's thread: when it calls
`progress` it may give the loop a turn (see `turns`). All else is the same in both worlds, with one exception:
in a browser that cannot put work aside a run that has begun goes on to its end (`Runner.can_stop`).

Observers of widgets may be called on the kernel's main thread or, with subshells, on another thread with
another event loop. So requests may come from any thread, and every callback is posted to the loop that the
runner was built on, where widgets are painted. Without a running loop (plain Python, tests) a request is run
at once.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any, Final, Generic, TypeAlias, TypeVar

from ...quantum.gates.qiskit_circuit import import_before_threads
from ...values import Progress, check_non_negative
from .turns import TurnGiver, Turns, running_loop, turns_here, wake

Request = TypeVar("Request")
Result = TypeVar("Result")
Callback: TypeAlias = Callable[[Any], object]

PROGRESS_SECONDS: Final = 0.1
"""Progress is told at most ten times a second, and not at all by runs shorter than this."""


class Cancelled(Exception):
    """Raised by `progress` inside the work when the run was cancelled or overtaken; let it pass."""


class Runner(Generic[Request, Result]):
    """Runs ``work(progress, request)`` on a worker thread, or in turns with the loop, one run at a time.

    A request is started at once when nothing runs. One that comes during a run overtakes it: the run ends at
    its next call of `progress` and its result is dropped, and the newest request starts when no other has
    followed for `debounce_seconds`. A run that needs less than `patience_seconds` is not dropped when it is
    overtaken: its result is shown and the newest request follows, so that a panel moves with its slider.
    If `on_result` or `on_progress` raises an error, `on_error` is given it, and so it is whatever the work
    raises, interrupts included; on the caller's own thread an interrupt then goes on to the caller.

    Parameters
    ----------
    work
        The long function. It should call ``progress(share)`` often, with the share done, 0 … 1; the call
        raises `Cancelled` when the run is no longer wanted.
    on_result, on_error, on_progress
        Called on the loop with the result, with the exception of the work, with the share done; for a request
        that was cancelled, or overtaken and dropped, not at all.
    debounce_seconds
        How long requests must be quiet before the next run, after a run was dropped.
    patience_seconds
        How long an overtaken run may take and still be shown; 0 shows none.
    loop
        Where callbacks go; by default the loop that runs now.
    """

    def __init__(
        self,
        work: Callable[[Progress, Request], Result],
        on_result: Callable[[Result], object],
        *,
        on_error: Callable[[BaseException], object],
        on_progress: Callable[[float], object] | None = None,
        debounce_seconds: float = 0.05,
        patience_seconds: float = 0.0,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._debounce = check_non_negative("debounce_seconds", debounce_seconds, below=10)
        self._patience = check_non_negative("patience_seconds", patience_seconds, below=10)
        self._work, self._on_result, self._on_error = work, on_result, on_error
        self._on_progress = on_progress
        self._loop = loop or running_loop()
        self._turns = turns_here()
        self._changed = threading.Condition(threading.RLock())
        self._newest = 0  # number of the newest request or cancellation
        self._settled = 0  # the newest number that needs nothing more
        self._dropped = 0  # the newest number that nobody wants shown any more, however quick it was
        self._pending: tuple[int, Request] | None = None
        self._thread: threading.Thread | None = None
        self._task: asyncio.Task[None] | None = None  # in place of the thread where there is none
        self._is_served = False
        self._waiting: list[asyncio.Future[None]] = []
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether a request has not been answered yet."""
        return self._settled < self._newest

    @property
    def can_stop(self) -> bool:
        """Whether a run that has begun can be overtaken or cancelled: everywhere but in some browsers."""
        return self._turns is None or self._turns.can_give

    def request(self, request: Request) -> None:
        """Ask for a run; returns at once if there is a loop, else after it. A closed runner does nothing."""
        if self._loop is None or self._loop.is_closed():
            self.run_now(request)
            return
        with self._changed:
            if self._closed:
                return
            self._newest += 1
            self._pending = (self._newest, request)
            self._changed.notify_all()
            if self._is_served:
                return
            self._is_served = True
            if self._turns is not None:
                self._call_on_loop(partial(self._begin_turns, self._turns))
            else:
                import_before_threads()
                self._thread = threading.Thread(target=self._serve, name="qkdlab-runner", daemon=True)
                self._thread.start()

    def run_now(self, request: Request) -> None:
        """Run on the calling thread, overtaking everything else, and call back before returning."""
        with self._changed:
            if self._closed:
                return
            self._dropped = self._newest
            self._newest += 1
            self._pending = None
            number = self._newest
        self._run(number, request, self._deliver)

    def cancel(self) -> None:
        """Drop the run and the request that waits, if any. No callback is called for them."""
        with self._changed:
            self._newest += 1
            self._dropped = self._newest
            self._pending = None
            self._settle(self._newest)
            self._changed.notify_all()

    def close(self) -> None:
        """Drop everything for good; the worker thread ends when its run next tells its progress."""
        with self._changed:
            self._closed = True
        self.cancel()

    async def idle(self) -> None:
        """Wait on the runner's loop until every request has been answered, overtaken or cancelled."""
        while self.busy:
            waiter = asyncio.get_running_loop().create_future()
            with self._changed:
                self._waiting.append(waiter)
            if self.busy:
                await waiter

    # ---- the worker thread -------------------------------------------------------------------------

    def _serve(self) -> None:
        dropped = False
        try:
            while True:
                with self._changed:
                    while dropped and self._pending is not None and self._followed_soon():
                        pass
                    taken = self._take()
                if taken is None:
                    return
                dropped = not self._run(*taken, self._post)
        except BaseException:
            self._is_served = False
            raise

    def _take(self) -> tuple[int, Request] | None:
        """Return what is to be run next; None if there is nothing, and then nobody serves any more."""
        with self._changed:
            taken, self._pending = self._pending, None
            self._is_served = taken is not None
        return taken

    def _followed_soon(self) -> bool:
        seen = self._newest
        return self._changed.wait_for(lambda: self._newest != seen, self._debounce)

    # ---- or turns with the loop --------------------------------------------------------------------

    def _begin_turns(self, turns: Turns) -> None:
        self._task = asyncio.get_running_loop().create_task(self._serve_in_turns(turns))

    async def _serve_in_turns(self, turns: Turns) -> None:
        dropped = False
        try:
            while True:
                while dropped and self._pending is not None and await self._followed_in_turns():
                    pass
                if (taken := self._take()) is None:
                    return
                dropped = not await turns.run(partial(self._run, *taken, self._tell_here))
        except BaseException:  # the loop ends, and nobody is left to be told
            self._is_served = False
            self._settle(self._newest)
            raise

    async def _followed_in_turns(self) -> bool:
        seen = self._newest
        await asyncio.sleep(self._debounce)
        return self._newest != seen

    def _tell_here(self, number: int, callback: Callback, argument: object, *, last: bool) -> None:
        """Tell progress now, as painting needs no turn; let the loop tell what comes last."""
        (self._post if last else self._deliver)(number, callback, argument, last=last)

    # ---- a run -------------------------------------------------------------------------------------

    def _run(self, number: int, request: Request, tell: Callable[..., None]) -> bool:
        """Run the work; return whether it was still wanted when it ended."""
        begun = told = monotonic()
        give_turn = TurnGiver(self._turns)

        def is_wanted() -> bool:
            quick = monotonic() - begun < self._patience
            return number == self._newest or (quick and number > self._dropped)

        def progress(share: float) -> None:
            nonlocal told
            give_turn()
            if not is_wanted():
                raise Cancelled
            now = monotonic()
            if self._on_progress is not None and now - told >= PROGRESS_SECONDS:
                told = now
                tell(number, self._on_progress, share, last=False)

        handed_over = False
        callback: Callback = self._on_result
        answer: Result | BaseException
        try:
            try:
                answer = self._work(progress, request)
            except Cancelled:
                return number == self._newest
            except BaseException as error:
                callback, answer = self._on_error, error
            # Ask before telling: whoever is told may send the next request at once. That overtakes nothing.
            if wanted := is_wanted():
                handed_over = True
                tell(number, callback, answer, last=True)
        finally:
            if not handed_over:
                self._settle(number)
        if isinstance(answer, KeyboardInterrupt) and tell == self._deliver:  # on the caller's own thread
            raise answer
        return wanted

    def _post(self, number: int, callback: Callback, argument: object, *, last: bool) -> None:
        deliver = partial(self._deliver, number, callback, argument, last=last)
        if not self._call_on_loop(deliver):
            self._settle(number)  # the loop has ended, and nobody is left to be told

    # ---- the loop's thread -------------------------------------------------------------------------

    def _deliver(self, number: int, callback: Callback, argument: object, *, last: bool) -> None:
        overtaken = number != self._newest
        patient = self._patience and callback is not self._on_error
        if number <= self._dropped or (overtaken and not patient):
            return
        try:
            callback(argument)
        except Exception as error:
            if callback is self._on_error:
                raise
            self._on_error(error)
        finally:
            if last:
                self._settle(number)

    # ---- any thread --------------------------------------------------------------------------------

    def _settle(self, number: int) -> None:
        with self._changed:
            self._settled = max(self._settled, number)
            if self.busy:
                return
            waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            self._call_on_loop(partial(wake, waiter))

    def _call_on_loop(self, call: Callable[[], object]) -> bool:
        loop = self._loop
        if loop is None:
            return False
        try:
            loop.call_soon_threadsafe(call)
        except RuntimeError:
            if not loop.is_closed():
                raise
            return False
        return True
