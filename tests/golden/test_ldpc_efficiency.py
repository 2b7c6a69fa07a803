"""Efficiency of blind reconciliation, frame error rates one way, and the limit no one-way code beats.

Blind: figures of an independent implementation of arXiv:1205.5729 (other PEG codes, row-layered decoding in
60 rounds, steps of d / 10), frames of 4096 bits and of 16384 bits; f = bits Alice announced / (n h(Q)).
One way: Tomamichel, Martinez-Mateo, Pacher and Elkouss, Quantum Inf. Process. 16, 280 (2017).
"""

import numpy as np
import pytest
from scipy.stats import binom, norm

from qkdlab.distillation.channel import PublicChannel, Subject
from qkdlab.distillation.ldpc import SyndromeOracle, reconcile_ldpc
from qkdlab.distillation.ldpc_frames import plan_frames
from tests.bounds import TAIL

BLIND = {
    (4096, 0.02): 1.26,
    (4096, 0.03): 1.23,
    (4096, 0.05): 1.20,
    (16384, 0.02): 1.22,
    (16384, 0.03): 1.19,
    (16384, 0.05): 1.17,
}
FRAMES = {4096: 36, 16384: 8}


def entropy(p: float) -> float:
    return float(-p * np.log2(p) - (1 - p) * np.log2(1 - p))


def run_frames(
    length: int, qber: float, frames: int, *, blind: bool, efficiency: float
) -> tuple[float, int, int]:
    """Return bits announced / (n h(Q)), how many frames stayed wrong, and the key bits of a frame."""
    (layout, *_) = plan_frames(20 * length, qber, efficiency=efficiency, lengths=(length,))
    n = frames * layout.n_payload
    rng = np.random.default_rng(1205)
    alice = rng.integers(0, 2, n, dtype=np.uint8)
    bob = alice ^ (rng.random(n) < qber).astype(np.uint8)
    channel = PublicChannel()
    oracle = SyndromeOracle(alice, channel, rng=rng)
    done = reconcile_ldpc(
        bob,
        oracle,
        qber=qber,
        rng=rng,
        channel=channel,
        blind=blind,
        efficiency=efficiency,
        lengths=(length,),
    )
    shuffle = np.random.default_rng(int(channel.find(Subject.FRAME_SEED))).permutation(n)
    wrong = (done.bits != alice)[shuffle].reshape(frames, -1).any(axis=1)
    return done.counts.alice_leak / (n * entropy(qber)), int(wrong.sum()), layout.n_payload


@pytest.mark.parametrize(("length", "qber"), BLIND)
def test_blind_efficiency(length, qber) -> None:
    # would catch: codes worse than those (regular ones lose 0.2 and more), punctured bits counted as told
    # (0.4 more), disclosed bits that are not counted, beliefs of the wrong scale
    value, wrong, _ = run_frames(
        length,
        qber,
        FRAMES[length],
        blind=True,
        efficiency=1.03 + 0.0015 / qber,
    )
    assert BLIND[length, qber] - 0.05 < value < BLIND[length, qber] + 0.02
    assert wrong == 0


@pytest.mark.parametrize(
    ("length", "qber", "efficiency"), [(4096, 0.0341, 1.4), (4096, 0.0498, 1.4), (16384, 0.0615, 1.2)]
)
def test_one_way_frame_error_rate(length, qber, efficiency) -> None:
    # at these points at most 2 % of the frames failed in the independent implementation
    frames = 10 * FRAMES[length] // 4
    value, wrong, _ = run_frames(length, qber, frames, blind=False, efficiency=efficiency)
    assert value < efficiency + 0.01
    assert wrong <= binom.isf(1e-4, frames, 0.02)


def test_one_way_no_more_frames_are_decoded_than_is_possible() -> None:
    # at Shannon's limit little more than half of the frames have few enough errors for any code. Would catch
    # a leak counted too low, or a decoder that knows more than it was told
    qber, frames = 0.05, 60
    value, wrong, n = run_frames(4096, qber, frames, blind=False, efficiency=1.0)
    room = n * entropy(qber) * (value - 1) + 0.5 * np.log2(n)
    spread = np.sqrt(n * qber * (1 - qber)) * np.log2((1 - qber) / qber)
    most = float(norm.cdf(room / spread))
    assert frames - wrong <= binom.isf(TAIL, frames, most)
    # and somewhat above it the codes decode a good share
    _, wrong, _ = run_frames(4096, qber, frames, blind=False, efficiency=1.25)
    assert wrong < frames / 3
