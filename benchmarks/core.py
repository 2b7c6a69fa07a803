"""Speed and memory of the core, each beside a plain way to do the same in the same process.

    python -m benchmarks            (half a minute)
    python -m benchmarks --scale 0.01

Times are the best of three. Read the ratios: seconds say more about the machine than about the code.
"""

import random
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from unittest.mock import patch

import numpy as np
from qiskit_aer import AerSimulator

from benchmarks.cascade import benchmark_cascade
from qkdlab import (
    GENERIC_LINK,
    GYS_LINK,
    IDEAL_LINK,
    BeamSplitting,
    InterceptResend,
    Link,
    OptimalCloner,
    SessionSettings,
    run_session,
)
from qkdlab.distillation.hashing.toeplitz import draw_seed, toeplitz_hash
from qkdlab.exchange.run import Generators, exchange_blocks, run_exchange
from qkdlab.quantum.circuits import build_circuit
from qkdlab.quantum.gates.qiskit_circuit import to_qiskit
from qkdlab.quantum.protocols import BB84
from qkdlab.quantum.sampling import get_sampler


def best_of_three(function: Callable[[], object]) -> float:
    """Return the shortest time of three runs, seconds."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def peak_memory(function: Callable[[], object]) -> int:
    """Return the most memory that Python and NumPy held at once during a run, bytes."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# ---- exchange ---------------------------------------------------------------------------------------------


def loop_over_pulses(n_pulses: int) -> None:
    """BB84 under full intercept-resend as most tutorials run it: one circuit per pulse, one shot each.

    Aer knows the gates, so nothing is transpiled: that would make the loop a hundred times slower.
    """
    simulator, dice = AerSimulator(), random.Random(1)
    tactics = InterceptResend().tactics
    for _ in range(n_pulses):
        signal, (basis, _) = dice.choice(BB84.signals), dice.choice(BB84.bases)
        circuit = build_circuit(signal, basis, tactic=dice.choice(tactics))
        simulator.run(to_qiskit(circuit), shots=1).result().get_counts()


def exchange(n_pulses: int, sampler: str) -> None:
    """Send pulses over an ideal link under full intercept-resend."""
    run_exchange(
        n_pulses,
        protocol=BB84,
        link=IDEAL_LINK,
        eavesdropper=InterceptResend(),
        sampler=get_sampler(sampler),
        generators=Generators.from_seed(1),
    )


def benchmark_exchange(scale: float) -> float:
    """Print pulses per second of both samplers beside the loop; return those of the loop."""
    n_loop = max(3, int(1_000 * scale))
    loop = n_loop / best_of_three(lambda: loop_over_pulses(n_loop))
    print("Exchange: full intercept-resend, ideal link")
    print(f"  {'one circuit per pulse':<28}{loop:>14,.0f} pulses/s   (baseline, {n_loop} pulses)")
    for sampler, n in (("shots", 300_000), ("exact", 1_000_000), ("exact", 10_000_000)):
        n_pulses = max(1_000, int(n * scale))
        exchange(1_000, sampler)  # builds the circuits
        speed = n_pulses / best_of_three(lambda s=sampler, n=n_pulses: exchange(n, s))
        name = f"{sampler} sampler, {n_pulses:,}"
        print(f"  {name:<28}{speed:>14,.0f} pulses/s   {speed / loop:>10,.0f} × the baseline")
    return loop


def stream(n_pulses: int, link: Link) -> float:
    """Send pulses in blocks under full intercept-resend, keeping counts alone; return the QBER."""
    wrong = kept = 0
    for block in exchange_blocks(
        n_pulses,
        protocol=BB84,
        link=link,
        eavesdropper=InterceptResend(),
        sampler=get_sampler("exact"),
        generators=Generators.from_seed(1),
    ):
        same = block.alice.bases == block.bob.bases
        wrong += int(np.count_nonzero((block.alice.bits != block.bob.bits) & same))
        kept += int(np.count_nonzero(same))
    return wrong / kept


def benchmark_stream(scale: float, loop: float) -> None:
    """Print time and memory of a billion pulses in blocks: on an ideal link every one is a click."""
    print("\nA billion pulses in blocks: full intercept-resend")
    for name, link, n in (
        ("ideal link", IDEAL_LINK, int(1e8 * scale)),
        ("ideal link", IDEAL_LINK, int(1e9 * scale)),
        ("GYS, 50 km", GYS_LINK, int(1e9 * scale)),
    ):
        n_pulses = max(10_000, n)
        # memory from a tenth of the run: blocks are alike, and tracing makes it several times slower
        peak = peak_memory(lambda link=link, n=n_pulses: stream(n // 10, link))
        start = time.perf_counter()
        qber = stream(n_pulses, link)
        seconds = time.perf_counter() - start
        speed = n_pulses / seconds
        print(
            f"  {name:<11}{n_pulses:>15,}  {seconds:>10.1f} s   {speed / loop:>10,.0f} × the baseline"
            f"   {peak / 1e6:,.0f} MB at the most   QBER {100 * qber:.3f} %"
        )


def benchmark_first_run() -> None:
    """Print what the first session of each kind pays for its circuits, and the second."""
    print("\nFirst session and second, with new circuits")
    for number, attack in enumerate(
        (None, InterceptResend(), OptimalCloner(disturbance=0.0611), BeamSplitting())
    ):
        link = replace(GYS_LINK if attack and attack.name == "beam splitting" else IDEAL_LINK)
        link = replace(
            link, depolarizing_probability=0.0123 + number * 1e-4
        )  # circuits that nobody has built
        settings = SessionSettings(
            n_pulses=20_000, seed=1, link=link, eavesdropper=attack, security="asymptotic"
        )
        times = []
        for _ in range(2):
            start = time.perf_counter()
            run_session(settings)
            times.append(1000 * (time.perf_counter() - start))
        name = attack.describe() if attack else "no Eve"
        print(f"  {name[:44]:<46}{times[0]:>8.1f} ms   {times[1]:>8.1f} ms")


# ---- session ----------------------------------------------------------------------------------------------

STAGES = {
    "exchange": "qkdlab.session.session.run_exchange",
    "estimation": "qkdlab.distillation.pipeline.compare_sample",
    "Cascade": "qkdlab.distillation.pipeline.correct",
    "verification": "qkdlab.distillation.pipeline.verify",
    "amplification": "qkdlab.distillation.pipeline.amplify_both",
}


@contextmanager
def stopwatches() -> Iterator[dict[str, float]]:
    """Measure how long each stage of the sessions takes that run inside."""
    spent = dict.fromkeys(STAGES, 0.0)

    def timed(stage: str, function: Callable) -> Callable:
        def wrapper(*args, **kwargs):
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                spent[stage] += time.perf_counter() - start

        return wrapper

    with ExitStack() as stack:
        for stage, path in STAGES.items():
            module, name = path.rsplit(".", 1)
            function = getattr(__import__(module, fromlist=[name]), name)
            stack.enter_context(patch(path, timed(stage, function)))
        yield spent


def benchmark_session(scale: float, loop: float) -> None:
    """Print the time of whole sessions and of their stages beside the loop's time for the photons alone."""
    n_pulses = max(2_000, int(1_000_000 * scale))
    baseline = n_pulses / loop
    print(f"\nSession of {n_pulses:,} pulses, end to end")
    print(f"  {'one circuit per pulse':<28}{baseline:>14,.1f} s   (baseline, exchange alone, extrapolated)")
    noisy = Link(misalignment_error=0.02, detector=IDEAL_LINK.detector)
    for name, link in (
        ("ideal link", IDEAL_LINK),
        ("no loss, QBER 2 %", noisy),
        ("generic link, 25 km", GENERIC_LINK),
    ):
        settings = SessionSettings(n_pulses=n_pulses, seed=1, link=link)
        run_session(settings)
        seconds = best_of_three(lambda s=settings: run_session(s))
        print(f"  {name:<28}{seconds:>14.3f} s   {baseline / seconds:>10,.0f} × faster than the baseline")
        with stopwatches() as spent:
            run_session(settings)
        print("    " + ", ".join(f"{stage} {value:.3f} s" for stage, value in spent.items()))


# ---- privacy amplification --------------------------------------------------------------------------------


def benchmark_exact_hash(scale: float) -> None:
    """Print the time of the exact Toeplitz hash beside that by FFT."""
    n, n_hash = max(2_000, int(4_000_000 * scale)), max(1_000, int(2_000_000 * scale))
    rng = np.random.default_rng(1)
    x, seed = rng.integers(0, 2, n, dtype=np.uint8), draw_seed(n, n_hash, rng)
    print(f"\nToeplitz hash, {n:,} → {n_hash:,} bits")
    baseline = best_of_three(lambda: toeplitz_hash(x, seed))
    seconds = best_of_three(lambda: toeplitz_hash(x, seed, method="exact"))
    print(f"  {'by FFT':<28}{baseline:>14.3f} s   (baseline)")
    print(f"  {'by whole numbers alone':<28}{seconds:>14.3f} s   {seconds / baseline:.1f} × the baseline")


def benchmark_amplification(scale: float) -> None:
    """Print time and memory of Toeplitz hashing beside the reference implementation randextract."""
    n, n_hash = max(2_000, int(10_000_000 * scale)), max(1_000, int(5_000_000 * scale))
    print(f"\nPrivacy amplification, {n:,} → {n_hash:,} bits")
    try:
        from randextract import ToeplitzHashing  # noqa: PLC0415 (not for every Python)
    except ImportError:
        print("  randextract is not installed")
        return
    rng = np.random.default_rng(1)
    x, seed = rng.integers(0, 2, n, dtype=np.uint8), draw_seed(n, n_hash, rng)
    extractor, their_seed = ToeplitzHashing(n, n_hash), np.roll(seed, 1 - n)
    # once each, for it takes long; both are warmed up at a small size by then
    toeplitz_hash(x[:100], seed[:149])
    ToeplitzHashing(100, 50).extract(x[:100], seed[:149])
    start = time.perf_counter()
    expected = extractor.extract(x, their_seed)
    baseline = time.perf_counter() - start
    their_peak = peak_memory(lambda: extractor.extract(x, their_seed))
    seconds = best_of_three(lambda: toeplitz_hash(x, seed))
    peak = peak_memory(lambda: toeplitz_hash(x, seed))
    if not np.array_equal(expected, toeplitz_hash(x, seed)):
        raise AssertionError("randextract has another hash")
    print(f"  {'randextract':<28}{baseline:>14.3f} s   {their_peak / 1e6:,.1f} MB   (baseline)")
    print(
        f"  {'toeplitz_hash':<28}{seconds:>14.3f} s   {peak / 1e6:,.1f} MB"
        f"   {baseline / seconds:.1f} × faster, {their_peak / peak:.1f} × less memory"
    )


# ---- memory -----------------------------------------------------------------------------------------------


def list_of_pulses(n_pulses: int) -> list[dict[str, int]]:
    """Keep a dictionary for every pulse, as a plain simulation does."""
    dice = random.Random(1)
    return [
        {
            "bit": dice.randrange(2),
            "basis": dice.randrange(2),
            "bob": dice.randrange(2),
            "slot": i + 10**6,
        }
        for i in range(n_pulses)
    ]


def benchmark_memory(scale: float) -> None:
    """Print the peak memory of sessions beside a list with one dictionary per pulse."""
    n_pulses = max(2_000, int(1_000_000 * scale))
    n_list = max(1_000, n_pulses // 10)
    baseline = peak_memory(lambda: list_of_pulses(n_list)) / n_list
    print("\nPeak memory of a session")
    print(f"  {'a dictionary per pulse':<28}{baseline:>14,.1f} bytes/pulse   (baseline)")
    for name, link, n in (
        ("ideal link", IDEAL_LINK, n_pulses),
        ("generic link, 25 km", GENERIC_LINK, n_pulses),
        ("generic link, ten times more", GENERIC_LINK, 10 * n_pulses),
    ):
        peak = peak_memory(lambda link=link, n=n: run_session(n_pulses=n, seed=1, link=link))
        print(
            f"  {name:<28}{peak / n:>14,.1f} bytes/pulse   {baseline * n / peak:>10,.1f} × less"
            f" ({peak / 1e6:,.1f} MB in all)"
        )


def main(scale: float = 1.0) -> None:
    """Run all benchmarks; `scale` makes them smaller."""
    loop = benchmark_exchange(scale)
    benchmark_stream(scale, loop)
    benchmark_first_run()
    benchmark_session(scale, loop)
    benchmark_cascade(scale)
    benchmark_exact_hash(scale)
    benchmark_amplification(scale)
    benchmark_memory(scale)


if __name__ == "__main__":
    main()
