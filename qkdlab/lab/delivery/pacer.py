"""What makes the panel's world go on: a thread that steps it, does what a learner asks, and tells of it.

Nothing of it runs on the kernel's main thread: whatever a KME keeps waiting, the kernel answers. In a
browser, where no thread can be started, a task of the loop steps it, and both KMEs are in this process.
Without a running loop (plain Python, tests) there is neither, and `step` lets time pass.
"""

from __future__ import annotations

import asyncio
import queue
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from ...errors import QkdlabError
from ...quantum.gates.qiskit_circuit import import_before_threads
from ..frame.turns import running_loop, turns_here
from .delivery_settings import DeliverySettings
from .world.crossing import Crossing
from .world.kmes_here import KmesHere
from .world.snapshot import Snapshot

if sys.platform != "emscripten":
    from .world.kmes_beside import KmesBeside

TICK_SECONDS, LONGEST_TICK = 0.25, 1.0
IDLE_SECONDS = 600.0
"""After so long without a learner the world rests."""
SECONDS_TO_CLOSE = 20.0

Task = Callable[[Crossing], object]


class Pacer:
    """Keeps a `Crossing` going.

    Parameters
    ----------
    settings
        Where to start.
    told
        Called on the loop with each `Snapshot`.
    asleep
        Called on the loop when the world rests because nobody has touched it for long.
    in_process
        Whether no processes are to be started.

    Attributes
    ----------
    paused
        Whether time stands still.
    """

    def __init__(
        self,
        settings: DeliverySettings,
        told: Callable[[Snapshot], object],
        asleep: Callable[[], object],
        *,
        in_process: bool,
    ) -> None:
        self._told, self._asleep = told, asleep
        self._loop = running_loop()
        self.paused = False
        self._tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
        self._ending, self._drawn = threading.Event(), threading.Event()
        self._drawn.set()
        self._touched = time.monotonic()
        self._world = Crossing(settings, KmesHere())
        self._thread: threading.Thread | None = None
        self._starter: threading.Thread | None = None
        self._task: asyncio.Task[None] | None = None  # in place of the thread where there is none
        self._last = self._touched
        self._turns = turns_here()
        if in_process or self._loop is None or self._turns is not None:
            return
        self._world.mode = "starting"
        self._starter = threading.Thread(target=self._start_kmes, name="qkdlab-kmes", daemon=True)

    def begin(self) -> None:
        """Let time pass from now on, if there is a loop."""
        if self._loop is None:
            return
        self._world.run_beside(self._turns)
        self._last = time.monotonic()
        if self._turns is not None:
            self._task = self._loop.create_task(self._run_in_turns())
            return
        import_before_threads()
        self._thread = threading.Thread(target=self._run, name="qkdlab-encryptors", daemon=True)
        self._thread.start()
        if self._starter is not None:
            self._starter.start()

    def do(self, task: Task) -> None:
        """Do something with the world: soon, or now if there is no thread."""
        self._touched = time.monotonic()
        self._tasks.put(task)
        if self._thread is None and self._task is None:
            self.step(0.0)

    def pause(self, still: bool) -> None:
        """Let time stand still, or go on."""
        self.paused = still
        self._touched = time.monotonic()

    def step(self, seconds: float) -> Snapshot:
        """Let time pass on the caller's thread, in ticks; not while a thread does it."""
        if self._thread is not None or self._task is not None:
            raise ValueError("step must be called without a running loop")
        self._do_tasks()
        for _ in range(round(seconds / TICK_SECONDS)):
            self._world.step(TICK_SECONDS)
        self._world.look()
        snapshot = self._world.snapshot()
        self._told(snapshot)
        return snapshot

    def close(self) -> None:
        """End the thread and the processes; it is not waited for, see `wait_closed`."""
        self._ending.set()
        if self._thread is None:
            self._world.close()

    def wait_closed(self) -> bool:
        """Wait until all that was closed has ended, and return whether it has."""
        threads = [thread for thread in (self._starter, self._thread) if thread is not None]
        for thread in threads:
            thread.join(SECONDS_TO_CLOSE)
        return not any(thread.is_alive() for thread in threads)

    # ---- in threads ----------------------------------------------------------------------------------------

    def _start_kmes(self) -> None:
        """Start two KMEs as processes; where that cannot be, say why, and stay in this one."""
        try:
            kmes = KmesBeside()
        except (QkdlabError, OSError, ValueError) as error:
            self._tasks.put(_stay(str(error)))
            return
        try:
            kmes.start()
        except (QkdlabError, OSError, ValueError) as error:
            kmes.close()
            self._tasks.put(_stay(str(error)))
            return
        if self._ending.is_set():
            kmes.close()
        else:
            self._tasks.put(_move(kmes))

    def _run(self) -> None:
        try:
            while not self._ending.wait(TICK_SECONDS):
                self._tick()
        finally:
            if self._starter is not None:
                self._starter.join()
            self._do_tasks()  # processes that have just been started are among them
            self._world.close()

    async def _run_in_turns(self) -> None:
        while not self._ending.is_set():
            self._tick()
            await asyncio.sleep(TICK_SECONDS)

    def _tick(self) -> None:
        """Do what a learner asked, let time pass, and let the panel be drawn."""
        now, before = time.monotonic(), self._last
        self._last = now
        asked = self._do_tasks()
        if now - self._touched > IDLE_SECONDS and not self.paused:
            self.paused = True
            self._post(self._asleep)
        if not self.paused:
            self._world.step(min(now - before, LONGEST_TICK))
        elif asked:
            self._world.look()
        if self._drawn.is_set():
            self._drawn.clear()
            self._post(partial(self._draw, self._world.snapshot()))

    def _draw(self, snapshot: Snapshot) -> None:
        try:
            if not self._ending.is_set():
                self._told(snapshot)
        finally:
            self._drawn.set()

    def _do_tasks(self) -> bool:
        """Do what a learner asked; return whether that was anything."""
        any_done = False
        with suppress(queue.Empty):
            while True:
                task = self._tasks.get_nowait()
                any_done = True
                try:
                    task(self._world)
                except QkdlabError as error:
                    self._world.noted = str(error)
        return any_done

    def _post(self, call: Callable[[], object]) -> None:
        loop: asyncio.AbstractEventLoop | None = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # the loop has ended, and nobody looks any more
                loop.call_soon_threadsafe(call)


def _stay(why: str) -> Task:
    def stay(world: Crossing) -> None:
        world.mode, world.where = "here", why

    return stay


def _move(kmes: KmesBeside) -> Task:
    def move(world: Crossing) -> None:
        world.move_to(kmes)
        world.mode, world.where = "beside", kmes.where

    return move
