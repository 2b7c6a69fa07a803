"""How much memory a run takes: bytes a click, at the most, while it goes on."""

import tracemalloc
from collections.abc import Callable

from qkdlab import IDEAL_LINK, run_session
from qkdlab.exchange.run import Generators, run_exchange
from qkdlab.quantum.protocols import BB84
from qkdlab.quantum.sampling import get_sampler

N = 5_000_000


def peak_bytes(work: Callable[[], object]) -> int:
    """Return the most that is held at once while `work` is done, besides what was held before."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        work()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def exchange() -> None:
    run_exchange(
        N,
        protocol=BB84,
        link=IDEAL_LINK,
        eavesdropper=None,
        sampler=get_sampler("exact"),
        generators=Generators.from_seed(1),
    )


def test_an_exchange_is_held_once() -> None:
    # 13 bytes a click are what the parties hold; would catch: a copy of the run, or blocks that are kept
    exchange()  # what is cached is not counted
    assert peak_bytes(exchange) < 16 * N


def test_a_session_takes_few_bytes_a_click() -> None:
    # would catch: copies of what both hold, places of 8 bytes each, what was needed once and stays
    run_session(n_pulses=20_000, link=IDEAL_LINK, seed=1)
    assert peak_bytes(lambda: run_session(n_pulses=N, link=IDEAL_LINK, seed=1)) < 28 * N
