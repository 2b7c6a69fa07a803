"""The runner with a real event loop, each test in a loop (or a bare thread) of its own.

In both worlds: with real threads, and in turns on the loop's one thread as in a browser.
"""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from time import monotonic, sleep
from typing import Any

import pytest

from qkdlab.lab.frame import runner as runner_module
from qkdlab.lab.frame.runner import PROGRESS_SECONDS, Cancelled, Runner
from qkdlab.lab.frame.turns import TURN_SECONDS
from tests.lab.frame.one_thread import StackTurns

SECONDS = 10.0  # a test that waits longer than this hangs

WORLDS = {"threads": lambda: None, "turns": StackTurns, "no turns": lambda: StackTurns(can_give=False)}
in_the_world_of = partial(pytest.mark.parametrize, "world", indirect=True)


@pytest.fixture(params=["threads", "turns"], autouse=True)
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let runners that are made find threads, or one thread that can give turns, or one that cannot."""
    monkeypatch.setattr(runner_module, "turns_here", WORLDS[request.param])
    return request.param


class Work:
    """Work that says when it starts, and goes on until it is let go or cancelled."""

    def __init__(self) -> None:
        self.started: list[Any] = []
        self.ended: list[tuple[Any, str]] = []
        self.go = threading.Event()
        self.begun = threading.Semaphore(0)

    def __call__(self, progress: Callable[[float], None], request: Any) -> str:
        self.started.append(request)
        self.begun.release()
        try:
            while not self.go.wait(0.001):
                progress(0.5)
        except Cancelled:
            self.ended.append((request, "cancelled"))
            raise
        if request == "bad":
            raise ValueError("a bad request")
        self.ended.append((request, "done"))
        return f"result {request}"

    async def wait_for_start(self) -> None:
        assert await asyncio.to_thread(self.begun.acquire, timeout=SECONDS)


class Heard:
    """What a panel is told, and on which thread."""

    def __init__(self) -> None:
        self.results: list[Any] = []
        self.errors: list[BaseException] = []
        self.progress: list[float] = []
        self.threads: set[int] = set()

    def __getattr__(self, name: str) -> Callable[[Any], None]:
        target = getattr(self, name.removeprefix("on_"))

        def hear(value: Any) -> None:
            self.threads.add(threading.get_ident())
            target.append(value)

        return hear

    def runner(self, work: Any, **options: Any) -> Runner[Any, Any]:
        return Runner(work, self.on_results, on_error=self.on_errors, on_progress=self.on_progress, **options)


def in_thread(call: Callable[[], Any]) -> Any:
    """Call on a fresh thread, on which no loop runs, and hand on its result or error."""
    box: list[Any] = []

    def body() -> None:
        try:
            box.extend((call(), None))
        except BaseException as error:
            box.extend((None, error))

    thread = threading.Thread(target=body)
    thread.start()
    thread.join(SECONDS)
    assert box, "the test hangs"
    if box[1] is not None:
        raise box[1]
    return box[0]


def in_loop(test: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run the coroutine in a loop of its own."""
    return in_thread(lambda: asyncio.run(asyncio.wait_for(test(), SECONDS)))


def test_first_request_starts_at_once_and_answers_on_the_loop() -> None:
    async def scenario() -> None:
        heard = Heard()
        runner = heard.runner(lambda progress, request: request * 2, debounce_seconds=5.0)
        begun = monotonic()
        runner.request(21)
        assert runner.busy
        await runner.idle()
        assert monotonic() - begun < 2.5  # not the debounce
        assert heard.results == [42]
        assert heard.threads == {threading.get_ident()}

    in_loop(scenario)


def test_qiskit_is_there_before_a_thread_is() -> None:
    # would catch: a process that crashes, as a thread imported Qiskit first and has ended
    code = """
import asyncio, sys
from qkdlab.lab.frame.runner import Runner
async def scenario():
    before = "qiskit" in sys.modules
    runner = Runner(lambda progress, request: request, print, on_error=print, on_progress=print)
    runner.request(1)
    print(before, "qiskit" in sys.modules)
    await runner.idle()
asyncio.run(scenario())
"""
    told = subprocess.check_output([sys.executable, "-c", code], text=True, timeout=60)
    assert told.split() == ["False", "True", "1"]


def test_requests_one_after_another_are_all_answered() -> None:
    async def scenario() -> None:
        heard = Heard()
        runner = heard.runner(lambda progress, request: request, debounce_seconds=5.0)
        for i in range(20):
            runner.request(i)
            await runner.idle()
        assert heard.results == list(range(20))

    in_loop(scenario)


def test_the_newest_of_many_requests_wins() -> None:
    async def scenario() -> None:
        work, heard = Work(), Heard()
        runner = heard.runner(work, debounce_seconds=0.01)
        runner.request(0)
        await work.wait_for_start()
        for i in range(1, 50):
            runner.request(i)
        await work.wait_for_start()
        work.go.set()
        await runner.idle()
        assert heard.results == ["result 49"]
        assert work.started == [0, 49]
        assert work.ended == [(0, "cancelled"), (49, "done")]

    in_loop(scenario)


@in_the_world_of(["threads"])  # nothing else happens while work is deaf on the one thread
def test_result_of_an_overtaken_run_is_dropped_even_if_it_never_asked() -> None:
    async def scenario() -> None:
        heard, go, begun = Heard(), threading.Event(), threading.Event()

        def deaf(progress: Callable[[float], None], request: int) -> int:
            begun.set()
            go.wait(SECONDS)
            return request

        runner = heard.runner(deaf, debounce_seconds=0)
        runner.request(1)
        await asyncio.to_thread(begun.wait, SECONDS)
        runner.request(2)
        go.set()
        await runner.idle()
        assert heard.results == [2]

    in_loop(scenario)


def test_a_quick_run_is_shown_although_it_was_overtaken() -> None:
    async def scenario() -> None:
        heard, go, begun = Heard(), threading.Event(), threading.Event()

        def work(progress: Callable[[float], None], request: int) -> int:
            begun.set()
            while not go.wait(0.001):
                progress(0.0)
            return request

        runner = heard.runner(work, debounce_seconds=5.0, patience_seconds=SECONDS)
        runner.request(1)
        await asyncio.to_thread(begun.wait, SECONDS)
        runner.request(2)
        runner.request(3)
        go.set()
        asked = monotonic()
        await runner.idle()
        assert heard.results == [1, 3]
        assert monotonic() - asked < 2.5  # not the debounce

    in_loop(scenario)


def test_a_drag_leaves_no_queue() -> None:
    """Sixty moves, a frame apart: what is shown moves along, and the last of them is shown within 250 ms."""

    async def scenario() -> None:
        heard, begun = Heard(), []

        def work(progress: Callable[[float], None], request: int) -> int:
            begun.append(request)
            sleep(0.04)
            progress(1.0)
            return request

        runner = heard.runner(work, patience_seconds=0.15)
        for move in range(60):
            runner.request(move)
            await asyncio.sleep(1 / 60)
        last = monotonic()
        running = len(begun)
        await runner.idle()
        assert monotonic() - last < 0.25
        assert heard.results[-1] == 59
        assert heard.results == sorted(heard.results)
        assert len(heard.results) > 10  # would catch: runs that are all overtaken, and a picture that stands
        assert len(begun) - running <= 1  # would catch: a queue

    in_loop(scenario)


def test_an_overtaken_run_that_may_still_be_shown_tells_its_progress() -> None:
    # would catch: a panel under a moving slider that shows old numbers as if they were up to date
    async def scenario() -> None:
        heard, go, begun = Heard(), threading.Event(), threading.Event()

        def work(progress: Callable[[float], None], request: int) -> int:
            begun.set()
            while not go.wait(0.001):
                progress(0.4)
            if request == 1:
                sleep(1.2 * PROGRESS_SECONDS)
            progress(0.5)
            return request

        runner = heard.runner(work, patience_seconds=SECONDS)
        runner.request(1)
        await asyncio.to_thread(begun.wait, SECONDS)
        runner.request(2)
        go.set()
        await runner.idle()
        assert heard.results == [1, 2]
        assert 0.5 in heard.progress

    in_loop(scenario)


def test_a_cancelled_run_is_not_shown_however_quick() -> None:
    async def scenario() -> None:
        work, heard = Work(), Heard()
        runner = heard.runner(work, patience_seconds=SECONDS)
        runner.request(1)
        await work.wait_for_start()
        runner.cancel()
        work.go.set()
        runner.request(2)
        await runner.idle()
        assert heard.results == ["result 2"]

    in_loop(scenario)


@in_the_world_of(["threads"])
def test_overtaken_between_the_end_of_the_work_and_its_delivery() -> None:
    async def scenario() -> None:
        heard, done = Heard(), threading.Event()

        def work(progress: Callable[[float], None], request: int) -> int:
            done.set()
            return request

        runner = heard.runner(work, debounce_seconds=0)
        runner.request(1)
        done.wait(SECONDS)
        runner._thread and runner._thread.join(0.05)  # the result is posted, and the loop has not turned yet
        runner.request(2)
        await runner.idle()
        assert heard.results == [2]

    in_loop(scenario)


def test_cancel_drops_the_run_and_the_one_that_waits() -> None:
    async def scenario() -> None:
        work, heard = Work(), Heard()
        runner = heard.runner(work, debounce_seconds=0.01)
        runner.request(1)
        await work.wait_for_start()
        runner.request(2)
        runner.cancel()
        assert not runner.busy
        await runner.idle()
        runner.request(3)  # and it goes on working
        await work.wait_for_start()
        work.go.set()
        await runner.idle()
        assert heard.results == ["result 3"]
        assert heard.errors == []
        assert (1, "cancelled") in work.ended

    in_loop(scenario)


def test_cancel_wakes_whoever_waits() -> None:
    async def scenario() -> None:
        work, heard = Work(), Heard()
        runner = heard.runner(work)
        runner.request(1)
        await work.wait_for_start()
        waiter = asyncio.ensure_future(runner.idle())
        await asyncio.sleep(0)
        await asyncio.to_thread(runner.cancel)  # from another thread, as a subshell would
        await waiter
        assert heard.results == []

    in_loop(scenario)


def test_errors_are_told_and_the_runner_goes_on() -> None:
    async def scenario() -> None:
        work, heard = Work(), Heard()
        work.go.set()
        runner = heard.runner(work)
        runner.request("bad")
        await runner.idle()
        assert [str(error) for error in heard.errors] == ["a bad request"]
        runner.request("good")
        await runner.idle()
        assert heard.results == ["result good"]

    in_loop(scenario)


def test_error_while_painting_is_told_too() -> None:
    async def scenario() -> None:
        heard = Heard()

        def paint(result: int) -> None:
            raise RuntimeError(f"cannot paint {result}")

        runner: Runner[int, int] = Runner(lambda progress, request: request, paint, on_error=heard.on_errors)
        runner.request(7)
        await runner.idle()
        assert [str(error) for error in heard.errors] == ["cannot paint 7"]

    in_loop(scenario)


def test_work_that_gives_up_by_itself_leaves_nobody_waiting() -> None:
    async def scenario() -> None:
        heard = Heard()

        def work(progress: Callable[[float], None], request: int) -> int:
            raise Cancelled if request == 1 else SystemExit("the work wanted to leave")

        runner = heard.runner(work)
        runner.request(1)
        await runner.idle()
        runner.request(2)
        await runner.idle()
        assert [str(error) for error in heard.errors] == ["the work wanted to leave"]

    in_loop(scenario)


@pytest.mark.parametrize("raised", [KeyboardInterrupt, GeneratorExit, SystemExit, MemoryError])
def test_whatever_the_work_raises_the_runner_goes_on(raised: type[BaseException]) -> None:
    # would catch: an interrupt that leaves the runner busy for ever, or ends its thread for good
    def work(progress: Callable[[float], None], request: int) -> int:
        if request == 1:
            raise raised("stop")
        return request

    async def scenario() -> None:
        heard = Heard()
        runner = heard.runner(work)
        runner.request(1)
        await runner.idle()
        runner.request(2)
        await runner.idle()
        assert [type(error) for error in heard.errors] == [raised]
        assert heard.results == [2]

    in_loop(scenario)


def test_an_interrupt_without_a_loop_reaches_the_caller_and_the_runner_goes_on() -> None:
    def scenario() -> None:
        heard = Heard()

        def work(progress: Callable[[float], None], request: int) -> int:
            if request == 1:
                raise KeyboardInterrupt
            return request

        runner = heard.runner(work)
        with pytest.raises(KeyboardInterrupt):
            runner.request(1)
        assert not runner.busy
        assert [type(error) for error in heard.errors] == [KeyboardInterrupt]
        runner.request(2)
        assert heard.results == [2]

    in_thread(scenario)


@in_the_world_of(["threads"])
def test_a_closed_runner_drops_its_run_ends_its_thread_and_takes_no_other() -> None:
    async def scenario() -> None:
        work, heard = Work(), Heard()
        runner = heard.runner(work, patience_seconds=5.0)
        runner.request(1)
        await work.wait_for_start()
        thread = runner._thread
        runner.request(2)
        runner.close()
        await runner.idle()  # nobody waits for a closed runner
        await asyncio.to_thread(thread.join, SECONDS)
        assert not thread.is_alive()
        assert work.ended == [(1, "cancelled")]
        runner.request(3)
        runner.run_now(4)
        assert (work.started, heard.results, heard.errors, runner.busy) == ([1], [], [], False)

    in_loop(scenario)


def test_progress_is_told_at_most_ten_times_a_second() -> None:
    async def scenario() -> None:
        heard = Heard()

        def work(progress: Callable[[float], None], request: float) -> float:
            begun = monotonic()
            while (past := monotonic() - begun) < request:
                progress(past / request)
            return past

        runner = heard.runner(work)
        runner.request(0.02)  # shorter than the first report
        await runner.idle()
        assert heard.progress == []
        runner.request(0.35)
        await runner.idle()
        assert 1 <= len(heard.progress) <= 10 * heard.results[-1]
        assert heard.progress == sorted(heard.progress)
        assert 0 < heard.progress[0] < 1

    in_loop(scenario)


@in_the_world_of(["threads"])
def test_requests_from_many_threads() -> None:
    async def scenario() -> None:
        heard = Heard()
        runner = heard.runner(lambda progress, request: (progress(0.5), request)[1], debounce_seconds=0.005)

        def ask(first: int) -> None:
            for i in range(first, first + 100):
                runner.request(i)

        await asyncio.gather(*(asyncio.to_thread(ask, 100 * k) for k in range(4)))
        runner.request("last")
        await runner.idle()
        assert heard.results[-1] == "last"
        assert heard.errors == []
        assert heard.threads == {threading.get_ident()}

    in_loop(scenario)


@in_the_world_of(["threads"])
def test_no_thread_is_left_when_nothing_is_to_do() -> None:
    async def scenario() -> None:
        heard = Heard()
        runner = heard.runner(lambda progress, request: request)
        runner.request(1)
        await runner.idle()
        for thread in threading.enumerate():
            if thread.name == "qkdlab-runner":
                await asyncio.to_thread(thread.join, SECONDS)
                assert not thread.is_alive()

    in_loop(scenario)


def test_run_now_overtakes_and_answers_before_it_returns() -> None:
    async def scenario() -> None:
        heard, begun = Heard(), threading.Event()

        def work(progress: Callable[[float], None], request: str) -> str:
            begun.set()
            while request == "slow":
                progress(0)
            return request

        runner = heard.runner(work)
        runner.request("slow")
        await asyncio.to_thread(begun.wait, SECONDS)
        runner.run_now("now")
        assert heard.results == ["now"]
        await runner.idle()
        assert heard.results == ["now"]

    in_loop(scenario)


def test_without_a_loop_it_is_synchronous() -> None:
    def scenario() -> None:
        heard = Heard()

        def work(progress: Callable[[float], None], request: int) -> int:
            progress(0.5)
            if request < 0:
                raise ValueError("negative")
            return request + 1

        runner = heard.runner(work)
        runner.request(1)
        assert heard.results == [2]
        runner.request(-1)
        assert [str(error) for error in heard.errors] == ["negative"]
        runner.cancel()
        runner.request(2)
        assert heard.results == [2, 3]
        assert not runner.busy

    in_thread(scenario)


def test_without_a_loop_progress_can_cancel() -> None:
    def scenario() -> None:
        heard = Heard()
        runner: Runner[int, int]

        def work(progress: Callable[[float], None], request: int) -> int:
            end = monotonic() + SECONDS
            while monotonic() < end:
                progress(0.1)
            return request

        runner = Runner(
            work, heard.on_results, on_error=heard.on_errors, on_progress=lambda share: runner.cancel()
        )
        runner.request(1)
        assert heard.results == []
        assert heard.errors == []

    in_thread(scenario)


def test_after_its_loop_has_ended_it_is_synchronous_and_a_late_result_is_dropped() -> None:
    work, heard = Work(), Heard()

    async def scenario() -> Runner[Any, Any]:
        runner = heard.runner(work)
        runner.request(1)
        await work.wait_for_start()
        return runner

    runner = in_loop(scenario)
    work.go.set()
    if runner._thread:
        runner._thread.join(SECONDS)
    assert heard.results == []
    assert not runner.busy
    runner.request(2)
    assert heard.results == ["result 2"]


@pytest.mark.parametrize("value", [-1, 11, float("nan")])
def test_bad_debounce(value: float) -> None:
    for name in ("debounce_seconds", "patience_seconds"):
        with pytest.raises(ValueError, match=rf"{name} must lie between 0 and 10, got"):
            Runner(lambda progress, request: request, print, on_error=print, **{name: value})


# ---- on one thread -------------------------------------------------------------------------------


@in_the_world_of(["turns"])
def test_work_gives_turns_and_the_loop_goes_on() -> None:
    """A click, or another panel's run, is heard soon."""

    async def scenario() -> None:
        heard, n_ticks = Heard(), 0

        def work(progress: Callable[[float], None], request: float) -> str:
            begun = monotonic()
            while (past := monotonic() - begun) < request:
                progress(past / request)
            return f"after {request}"

        async def tick() -> None:
            nonlocal n_ticks
            while True:
                await asyncio.sleep(0)
                n_ticks += 1

        beside = asyncio.ensure_future(tick())
        begun = monotonic()
        one, other = (heard.runner(work) for _ in range(2))
        one.request(0.5)
        other.request(0.4)
        await asyncio.gather(one.idle(), other.idle())
        beside.cancel()
        given = one._turns.n_given + other._turns.n_given
        assert sorted(heard.results) == ["after 0.4", "after 0.5"]
        assert min(n_ticks, given) >= 3  # would catch: no turns, or turns in which nothing else happens
        assert given <= (monotonic() - begun) / TURN_SECONDS + 2  # would catch: a turn at each progress
        assert heard.threads == {threading.get_ident()}

    in_loop(scenario)


@in_the_world_of(["turns"])
def test_a_runner_that_is_closed_in_a_turn_drops_its_run() -> None:
    async def scenario() -> None:
        work, heard = Work(), Heard()
        runner = heard.runner(work, patience_seconds=5.0)
        runner.request(1)
        await work.wait_for_start()
        runner.request(2)
        runner.close()
        await runner.idle()
        await runner._task
        assert work.ended == [(1, "cancelled")]
        runner.request(3)
        runner.run_now(4)
        assert (work.started, heard.results, heard.errors, runner.busy) == ([1], [], [], False)

    in_loop(scenario)


@in_the_world_of(["turns"])
def test_overtaken_in_the_turn_between_the_end_of_the_work_and_its_delivery() -> None:
    async def scenario() -> None:
        heard = Heard()
        runner: Runner[int, int]

        def work(progress: Callable[[float], None], request: int) -> int:
            if request == 1:
                asyncio.get_running_loop().call_soon(runner.request, 2)  # before the result is delivered
            return request

        runner = heard.runner(work, debounce_seconds=0)
        runner.request(1)
        await runner.idle()
        assert heard.results == [2]

    in_loop(scenario)


@in_the_world_of(["no turns"])
def test_where_no_turns_can_be_given_runs_go_to_their_end_and_the_newest_request_wins() -> None:
    async def scenario() -> None:
        heard, started = Heard(), []

        def work(progress: Callable[[float], None], request: int) -> int:
            started.append(request)
            begun = monotonic()
            while monotonic() - begun < 1.5 * PROGRESS_SECONDS:
                progress(0.5)
            return request

        runner = heard.runner(work)
        assert not runner.can_stop
        for request in range(5):
            runner.request(request)
        assert started == []  # whoever asks goes on at once
        await runner.idle()
        assert (started, heard.results) == ([4], [4])
        assert heard.progress  # it is painted while the run goes on

    in_loop(scenario)


def test_runs_can_be_stopped_with_threads_and_with_turns() -> None:
    assert Heard().runner(print).can_stop
