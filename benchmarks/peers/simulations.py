"""BB84 while Eve measures every pulse and sends on what she found."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.peers.task import OURS, Task, Work, ready, scaled
from qkdlab import IDEAL_LINK, InterceptResend
from qkdlab.exchange.run import Generators, run_exchange
from qkdlab.quantum.protocols import BB84
from qkdlab.quantum.sampling import get_sampler

AT_ONCE = 20
"""Qubits of a circuit, where a package makes circuits of many."""


def n_pulses(scale: float) -> int:
    return scaled(20_000, scale, 1_000)


def ours(sampler: str) -> Any:
    def make(scale: float) -> Work:
        def work() -> tuple[int, int]:
            done = run_exchange(
                n_pulses(scale),
                protocol=BB84,
                link=IDEAL_LINK,
                eavesdropper=InterceptResend(),
                sampler=get_sampler(sampler),
                generators=Generators.from_seed(1),
            )
            same = done.alice.bases == done.bob.bases
            return int(np.sum((done.alice.bits != done.bob.bits) & same)), int(np.sum(same))

        return work

    return ready(make)


def qkdsec(backend: str) -> Any:
    def make(scale: float) -> Work:
        from qkdsec.sim import BB84Protocol  # noqa: PLC0415 - peers are there or not, here and below

        def work() -> tuple[int, int]:
            protocol = BB84Protocol(error_rate=0.0, eavesdrop=True, backend=backend, sample_fraction=1.0)
            done = protocol.run(n_pulses(scale))
            return round(done.qber * done.sifted_bits), done.sifted_bits

        return work

    return ready(make)


def qiskit_qkd_lab(scale: float) -> Work:
    from qiskit_aer import AerSimulator  # noqa: PLC0415
    from qiskit_qkd_lab import InterceptResend as Theirs  # noqa: PLC0415
    from qiskit_qkd_lab import bb84  # noqa: PLC0415

    def work() -> tuple[int, int]:
        rng, wrong, kept, eve = np.random.default_rng(1), 0, 0, Theirs(1.0)
        simulator = AerSimulator(seed_simulator=1)
        for _ in range(n_pulses(scale) // AT_ONCE):
            bits, bases, bob_bases = (bb84.random_bits(AT_ONCE, rng) for _ in range(3))
            circuit, _ = eve.intercept(bb84.prepare_circuit(bits, bases), rng)
            circuit = bb84.add_measurement(circuit, bob_bases)
            counts = simulator.run(circuit, shots=1).result().get_counts()
            told = {outcome.split()[-1]: number for outcome, number in counts.items()}
            bob, same = bb84.extract_bits_from_counts(told, AT_ONCE), bb84.sift(bases, bob_bases)
            wrong, kept = wrong + int(np.sum(bits[same] != bob[same])), kept + len(same)
        return wrong, kept

    return work


def judge(answer: tuple[int, int], scale: float) -> tuple[bool, str]:
    """A quarter of the sifted bits is wrong, within five standard deviations; half of all are sifted."""
    wrong, kept = answer
    n = n_pulses(scale)
    off = abs(wrong - kept / 4) / np.sqrt(3 * kept / 16)
    sifted = abs(kept - n / 2) / np.sqrt(n / 4)
    return bool(off <= 5 and sifted <= 5), f"QBER {100 * wrong / kept:.1f} %"


INTERCEPTED = Task(
    title="BB84, 20,000 pulses over an ideal link, all intercepted",
    truth="a QBER of 25 %; right if within 5σ",
    sides={
        f"{OURS}, exact probabilities": ours("exact"),
        f"{OURS}, shots of Aer": ours("shots"),
        "qkdsec, without circuits": qkdsec("classical"),
        "qkdsec, circuits": qkdsec("qiskit"),
        "qiskit-qkd-lab": ready(qiskit_qkd_lab),
    },
    judge=judge,
)
