"""From sifted bits to a key: error correction, and hashing by Toeplitz matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.ldpc import build_peer
from benchmarks.ldpc import ours as decode
from benchmarks.peers.task import OURS, Task, Work, ready, scaled
from qkdlab.distillation.channel import PublicChannel
from qkdlab.distillation.correction.cascade import ParityOracle, reconcile
from qkdlab.distillation.correction.cascade_variants import get_variant
from qkdlab.distillation.correction.ldpc_codes import LdpcCode, get_code
from qkdlab.distillation.hashing.toeplitz import draw_seed, toeplitz_hash
from qkdlab.values import Bits, binary_entropy

# ---- Cascade ----------------------------------------------------------------------------------------------

QBER = 0.03


def two_keys(scale: float) -> tuple[Bits, Bits]:
    """Alice's and Bob's sifted bits."""
    rng = np.random.default_rng(1)
    alice = rng.integers(0, 2, scaled(100_000, scale, 2_000), dtype=np.uint8)
    return alice, alice ^ (rng.random(len(alice)) < QBER).astype(np.uint8)


def ours_cascade(variant: str) -> Any:
    def make(scale: float) -> Work:
        alice, bob = two_keys(scale)

        def work() -> tuple[Bits, int]:
            channel, rng = PublicChannel(), np.random.default_rng(2)
            oracle, chosen = ParityOracle(alice, channel), get_variant(variant)
            done = reconcile(bob, oracle, qber=QBER, rng=rng, channel=channel, variant=chosen)
            return done.bits, done.counts.alice_leak

        return work

    return ready(make)


def tno_cascade(scale: float) -> Work:
    """As its documentation shows it: eight passes."""
    from tno.quantum.communication.qkd_key_rate.classical import (  # noqa: PLC0415 - there or not, as below
        Message,
        ParityStrategy,
        Permutations,
        cascade,
    )

    alice, bob = (bits.tolist() for bits in two_keys(scale))

    def work() -> tuple[list[int], int]:
        order = Permutations.random_permutation(number_of_passes=8, message_size=len(alice), random_state=42)
        strategy = ParityStrategy(error_rate=QBER, sampling_fraction=0.34, number_of_passes=8)
        sender = cascade.CascadeSender(message=Message(alice), permutations=order)
        receiver = cascade.CascadeReceiver(message=Message(bob), permutations=order, parity_strategy=strategy)
        done = cascade.CascadeCorrector(alice=sender, bob=receiver).correct_errors()
        return list(done.output_bob), done.number_of_exposed_bits

    return work


def qkdpy_cascade(scale: float) -> Work:
    from qkdpy.key_management.error_correction import ErrorCorrection  # noqa: PLC0415

    alice, bob = (bits.tolist() for bits in two_keys(scale))
    return lambda: (ErrorCorrection.cascade(alice, bob)[1], None)


def judge_cascade(answer: tuple[Any, int | None], scale: float) -> tuple[bool, str]:
    alice, _ = two_keys(scale)
    bits, told = answer
    left = int(np.count_nonzero(alice != np.asarray(bits, dtype=np.uint8)))
    leak = "does not say what it leaks"
    if told is not None:
        leak = f"f = {told / (len(alice) * binary_entropy(QBER)):.3f}"
    return left == 0, f"{left} errors left, {leak}"


CASCADE = Task(
    title="Cascade, 100,000 bits with 3 % errors",
    truth="Alice's key; f is what is told over Shannon's limit, and less is better",
    sides={
        OURS: ours_cascade("original"),
        f"{OURS}, modified (8)": ours_cascade("modified (8)"),
        "tno-quantum-communication-qkd-key-rate": ready(tno_cascade),
        "qkdpy": ready(qkdpy_cascade),
    },
    judge=judge_cascade,
)

# ---- LDPC -------------------------------------------------------------------------------------------------

FRAME_ERRORS = 0.024


def frames(scale: float) -> tuple[LdpcCode, Bits]:
    code = get_code(143, 458)
    errors = np.random.default_rng(1).random((code.n_bits, scaled(8, scale, 1))) < FRAME_ERRORS
    return code, errors.astype(np.uint8)


def ours_ldpc(scale: float) -> Work:
    code, errors = frames(scale)
    syndromes = code.syndrome(errors)
    return lambda: decode(code, syndromes, FRAME_ERRORS)


def ldpc(scale: float) -> Work:
    code, errors = frames(scale)
    syndromes, peer = code.syndrome(errors), build_peer(code, FRAME_ERRORS)
    return lambda: peer(syndromes)


def judge_ldpc(found: Bits, scale: float) -> tuple[bool, str]:
    _, errors = frames(scale)
    right = int(np.sum(np.all(found == errors, axis=0)))
    return right == errors.shape[1], f"{right} of {errors.shape[1]} frames right"


LDPC = Task(
    title="Decoding an LDPC code: 8 frames of 65,494 bits with 2.4 % errors",
    truth="the errors that were put in",
    sides={OURS: ready(ours_ldpc), "ldpc": ready(ldpc)},
    judge=judge_ldpc,
)

# ---- hashing ----------------------------------------------------------------------------------------------


def to_hash(scale: float) -> tuple[Bits, Bits, int]:
    """Input, seed and length of the hash."""
    n, n_hash = scaled(1_000_000, scale, 2_000), scaled(500_000, scale, 1_000)
    rng = np.random.default_rng(1)
    return rng.integers(0, 2, n, dtype=np.uint8), draw_seed(n, n_hash, rng), n_hash


def ours_hash(scale: float) -> Work:
    bits, seed, _ = to_hash(scale)
    return lambda: toeplitz_hash(bits, seed)


def randextract(scale: float) -> Work:
    from randextract import ToeplitzHashing  # noqa: PLC0415

    bits, seed, n_hash = to_hash(scale)
    extractor, turned = ToeplitzHashing(len(bits), n_hash), np.roll(seed, 1 - len(bits))
    return lambda: extractor.extract(bits, turned)


def cryptomite(scale: float) -> Work:
    from cryptomite import Toeplitz  # noqa: PLC0415

    bits, seed, n_hash = to_hash(scale)
    extractor, turned = Toeplitz(len(bits), n_hash), np.roll(seed, n_hash).tolist()
    listed = bits.tolist()
    return lambda: extractor.extract(listed, turned)


def judge_hash(hashed: Any, scale: float) -> tuple[bool, str]:
    """Work out some bits of the hash, each as the sum of a row of the matrix, by whole numbers."""
    bits, seed, n_hash = to_hash(scale)
    places = np.linspace(0, n_hash - 1, 200).astype(int)
    backwards = bits[::-1].astype(np.int64)
    rows = [int(seed[place : place + len(bits)] @ backwards) % 2 for place in places.tolist()]
    right = int(np.sum(np.asarray(hashed, dtype=np.int64)[places] == rows))
    return right == len(rows) and len(hashed) == n_hash, f"{right} of {len(rows)} bits right"


HASH = Task(
    title="Toeplitz hash, 1,000,000 → 500,000 bits",
    truth="200 bits of it, each summed up from its row of the matrix",
    sides={OURS: ready(ours_hash), "randextract": ready(randextract), "cryptomite": ready(cryptomite)},
    judge=judge_hash,
)
