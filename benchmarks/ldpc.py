"""LDPC codes beside the decoder of the package ``ldpc``, and beside Cascade: f, and time.

    python -m benchmarks.ldpc            (a minute or two)
    python -m benchmarks.ldpc --scale 0.1

Decoders: both run the sum-product algorithm on the same codes and errors, at most 60 rounds, here without
giving up earlier; if few parities are amiss then, ours changes the least certain bits. The peer is C++ with
64-bit floats and passes all messages of a round at once; ours is NumPy with 32-bit floats, and rows take
turns. The peer is no dependency of the project, for it brings a simulator and a test runner of its own:
``make peers`` installs it in `.bootstrap/peers`. Without it its rows are left out, and a line says so.

f is what Alice announces, checks of frames and lost frames included, over n h(Q). Times are of the processor.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from math import log

import numpy as np
from scipy.sparse import csr_matrix

from qkdlab import IDEAL_LINK, run_session
from qkdlab.distillation.channel import PublicChannel
from qkdlab.distillation.correction.belief_propagation import Decoder, Told
from qkdlab.distillation.correction.cascade import ParityOracle, reconcile
from qkdlab.distillation.correction.ldpc import SyndromeOracle, reconcile_ldpc
from qkdlab.distillation.correction.ldpc_codes import LdpcCode, get_code
from qkdlab.values import Bits, binary_entropy

POINTS = ((1066, 0.0018), (437, 0.006), (143, 0.024), (143, 0.026), (59, 0.075))
"""Columns of the base graph, and error rate."""

FRAME_BITS = 1 << 16

Decode = Callable[[LdpcCode, Bits, float], Bits]


def ours(code: LdpcCode, syndromes: Bits, qber: float) -> Bits:
    """Decode with this package, frame by frame as a session does."""
    found = []
    for syndrome in syndromes.T:
        first, second = code.by_pairs(np.ascontiguousarray(syndrome))
        told = Told(sums=first ^ second, firsts=first, split=np.ones(first.shape, dtype=bool))
        decoder = Decoder(code, np.full(code.n_bits, log((1 - qber) / qber), dtype=np.float32))
        decoder.run(told, patience=60)
        found.append(decoder.errors)
    return np.stack(found, axis=1)


def build_peer(code: LdpcCode, qber: float) -> Callable[[Bits], Bits]:
    """Return the decoder of the package ``ldpc`` for a code and an error rate."""
    from ldpc import BpDecoder  # noqa: PLC0415 - it is there or not

    starts = code.lift * np.arange(code.n_rows)
    checks = [
        np.broadcast_to(start + np.arange(code.lift), bits.shape)
        for start, bits in zip(starts, code.layers, strict=True)
    ]
    places = [np.concatenate([part.ravel() for part in parts]) for parts in (checks, code.layers)]
    ones = np.ones(len(places[0]), dtype=np.uint8)
    decoder = BpDecoder(
        csr_matrix((ones, tuple(places)), shape=(code.n_checks, code.n_bits)),
        error_rate=qber,
        max_iter=60,
        bp_method="product_sum",
        schedule="parallel",
        input_vector_type="syndrome",
    )
    return lambda syndromes: np.stack(
        [decoder.decode(syndrome) for syndrome in np.ascontiguousarray(syndromes.T)], axis=1
    )


def find_peer() -> Decode | None:
    """Return the decoder of the package ``ldpc`` if it is installed."""
    if find_spec("ldpc") is None:
        print("The peer is left out: there is no package ldpc.")
        return None
    return lambda code, syndromes, qber: build_peer(code, qber)(syndromes)


def benchmark_decoders(scale: float) -> None:
    """Print frame error rates and throughput of both decoders."""
    decoders = {"ours": ours} | ({"peer": peer} if (peer := find_peer()) else {})
    print("Decoding LDPC codes: frame error rate, throughput")
    for n_columns, qber in POINTS:
        code, rng = get_code(n_columns, 2 * (FRAME_BITS // n_columns // 2)), np.random.default_rng(1)
        n_frames = max(1, int(scale * 16))
        errors = (rng.random((code.n_bits, n_frames)) < qber).astype(np.uint8)
        syndromes = code.syndrome(errors)
        speeds = {}
        for name, decoder in reversed(decoders.items()):
            start = time.process_time()
            found = decoder(code, syndromes, qber)
            speeds[name] = errors.size / (time.process_time() - start)
            wrong = float(np.mean(np.any(found != errors, axis=0)))
            ratio = f"{speeds[name] / speeds['peer']:>8.2f} × the peer" if "peer" in speeds else ""
            print(
                f"  n = {code.n_bits}, R = {code.rate:.3f}, Q = {100 * qber:.2f} %, {name}: "
                f"{n_frames:>3} frames, FER {wrong:.3f} {speeds[name] / 1e3:>8,.0f} kbit/s{ratio}"
            )


def benchmark_reconciliation(scale: float) -> None:
    """Print time and leak of blind LDPC beside the original Cascade, means of several keys."""
    n, n_keys = max(2_000, int(100_000 * scale)), max(1, int(24 * scale))
    print(f"\nReconciliation of {n_keys} × {n:,} bits: blind LDPC beside the original Cascade")
    for qber in (0.005, 0.01, 0.02, 0.03, 0.05):
        speeds: list[float] = []
        for name in ("Cascade", "LDPC"):
            alice_leak, bob_leak, spent = 0, 0, 0.0
            for seed in range(n_keys):
                rng, channel = np.random.default_rng(seed), PublicChannel()
                alice = rng.integers(0, 2, n, dtype=np.uint8)
                bob = alice ^ (rng.random(n) < qber).astype(np.uint8)
                start = time.process_time()
                if name == "LDPC":
                    oracle = SyndromeOracle(alice, channel)
                    done = reconcile_ldpc(bob, oracle, qber=qber, rng=rng, channel=channel)
                else:
                    parities = ParityOracle(alice, channel)
                    done = reconcile(bob, parities, qber=qber, rng=rng, channel=channel)
                spent += time.process_time() - start
                alice_leak += done.counts.alice_leak
                bob_leak += done.counts.bob_leak
            speeds.append(n_keys * n / max(spent, 1e-9))
            shannon = n_keys * n * binary_entropy(qber)
            print(
                f"  Q = {100 * qber:.1f} %, {name:<8} {speeds[-1] / 1e3:>8,.0f} kbit/s "
                f"{speeds[-1] / speeds[0]:>6.3f} × Cascade; f = {alice_leak / shannon:.3f} (Alice) "
                f"+ {bob_leak / shannon:.3f} (Bob) × Shannon's limit"
            )


def benchmark_sessions(scale: float) -> None:
    """Print the mean time of whole sessions with either."""
    n_pulses = max(20_000, int(1_000_000 * scale))
    link = replace(IDEAL_LINK, misalignment_error=0.02)
    n_keys = max(1, int(8 * scale))
    print(f"\n{n_keys} sessions of {n_pulses:,} pulses with 2 % errors, either way in turn")
    spent, bits = {"cascade": 0.0, "ldpc": 0.0}, {"cascade": 0, "ldpc": 0}
    for seed in range(1, n_keys + 2):
        for name in spent:
            start = time.process_time()
            result = run_session(n_pulses=n_pulses, link=link, correction=name, seed=seed)
            if seed > 1:  # codes are grown only once
                spent[name] += (time.process_time() - start) / n_keys
                bits[name] += result.key_length // n_keys
    for name, seconds in spent.items():
        ratio = seconds / spent["cascade"]
        print(f"  {name:<8} {seconds:>6.2f} s {ratio:>6.2f} × Cascade, {bits[name]:,} secret bits")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=1.0, help="share of the usual number of frames")
    share = parser.parse_args().scale
    benchmark_decoders(share)
    benchmark_reconciliation(share)
    benchmark_sessions(share)
