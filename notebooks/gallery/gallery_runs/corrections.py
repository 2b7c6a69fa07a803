"""What error correction leaks on random keys: variants of Cascade, and LDPC codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from qkdlab.distillation.channel import PublicChannel
from qkdlab.distillation.correction.cascade import ParityOracle, reconcile
from qkdlab.distillation.correction.cascade_variants import VARIANTS
from qkdlab.distillation.correction.ldpc import SyndromeOracle, reconcile_ldpc
from qkdlab.distillation.correction.leakage import LDPC
from qkdlab.sweep import SweepResult, sweep
from qkdlab.values import binary_entropy

QBERS = (0.01, 0.02, 0.03, 0.05, 0.08, 0.11)
FRAME_BITS = {"original": 10_000, "modified (3)": 10_000, "modified (4)": 10_000, "modified (8)": 2**14}
"""Length of the keys on which Martinez-Mateo et al. ran a variant."""

PUBLISHED = {
    "original": (1.133, 1.152, 1.165, 1.180, 1.208, 1.235),
    "modified (3)": (1.085, 1.085, 1.080, 1.100, 1.112, 1.131),
    "modified (4)": (1.070, 1.068, 1.060, 1.078, 1.089, 1.102),
    "modified (8)": (1.047, 1.042, 1.040, 1.044, 1.056, 1.062),
}
"""Efficiencies of Martinez-Mateo et al. at these error rates, read off their figures, ± 0.004."""

CASCADE_CPP = {
    ("original", 0.01): 1.1430,
    ("original", 0.02): 1.1594,
    ("original", 0.05): 1.1846,
    ("modified (3)", 0.01): 1.1112,
    ("modified (3)", 0.02): 1.1002,
    ("modified (3)", 0.05): 1.1059,
}
"""Efficiencies in the data of cascade-cpp (study/data/papers), means of 10⁴ keys of 10⁴ bits."""

FRAMES = {0.01: 50, 0.02: 22, 0.03: 18, 0.05: 9, 0.08: 6, 0.11: 5}
"""Keys of 10⁴ bits in a run: one of them scatters by 0.085 at 1 %, and by 0.02 at 11 %."""

SEEDS = 10
LDPC_BITS = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """Random keys with errors, and how they are corrected.

    Parameters
    ----------
    method
        A variant of Cascade, or ``"ldpc"``, blind.
    qber
        Probability that a bit is wrong; known to both.
    n_bits
        Length of a key.
    frames
        How many keys.
    seed
        Where all randomness comes from.
    """

    method: str = "original"
    qber: float = 0.05
    n_bits: int = 10_000
    frames: int = 1
    seed: int = 2015


def leak(keys: Keys) -> dict[str, float]:
    """Return f, the bits that Alice announces over n h(Q), in the mean, and how many keys stay wrong."""
    rng = np.random.default_rng(keys.seed)
    told, wrong = 0, 0
    for _ in range(keys.frames):
        alice = rng.integers(0, 2, keys.n_bits, dtype=np.uint8)
        bob = alice ^ (rng.random(keys.n_bits) < keys.qber).astype(np.uint8)
        channel = PublicChannel()
        if keys.method == LDPC:
            codes = SyndromeOracle(alice, channel)
            done = reconcile_ldpc(bob, codes, qber=keys.qber, rng=rng, channel=channel)
        else:
            blocks, variant = ParityOracle(alice, channel), VARIANTS[keys.method]
            done = reconcile(bob, blocks, qber=keys.qber, rng=rng, channel=channel, variant=variant)
        told += done.counts.alice_leak
        wrong += not np.array_equal(done.bits, alice)
    return {"f": told / (keys.frames * keys.n_bits * binary_entropy(keys.qber)), "wrong_keys": wrong}


def point(method: str, qber: float) -> dict[str, Any]:
    """Return a point of the sweep: keys as long as in the paper, about as many bits for each variant."""
    n_bits = FRAME_BITS.get(method, LDPC_BITS)
    frames = 1 if method == LDPC else max(1, round(FRAMES[qber] * 10_000 / n_bits))
    return {"method": method, "qber": qber, "n_bits": n_bits, "frames": frames}


def runs(over: Iterable[Mapping[str, Any]], *, seeds: int = SEEDS, executor: Any = "serial") -> SweepResult:
    """Correct keys at some points."""
    return sweep(Keys(), list(over), what=leak, seeds=seeds, executor=executor, progress=False)


def stored(executor: Any = "serial") -> SweepResult:
    """Correct all keys of the figure."""
    return runs([point(method, qber) for method in (*FRAME_BITS, LDPC) for qber in QBERS], executor=executor)


def published() -> list[dict[str, Any]]:
    """Return the published efficiencies as rows."""
    return [
        {"method": method, "qber": qber, "f": value}
        for method, values in PUBLISHED.items()
        for qber, value in zip(QBERS, values, strict=True)
    ]


def last_blocks(method: str, qber: float) -> float:
    """Return how much f grows if every pass but the first asks for its last block, too."""
    n_bits = FRAME_BITS[method]
    return (VARIANTS[method].n_passes - 1) / (n_bits * binary_entropy(qber))
