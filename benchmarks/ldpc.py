"""Decoding of LDPC codes beside the decoder of the package ``ldpc``, on the same codes and errors.

    python -m benchmarks.ldpc            (a minute)
    python -m benchmarks.ldpc --scale 0.1

Both run the sum-product algorithm with flooding, at most 60 rounds and, here, without giving up earlier. The
peer is C++ with 64-bit floats and decodes one frame at a time; ours is NumPy with 32-bit floats and several
frames at a time. The peer is no dependency of the project, for it brings a simulator and a test runner of its
own: to see its rows run ``pip install ldpc==2.4.1`` somewhere first. Without it they are left out, and a line
says so.
"""

import argparse
import time
from collections.abc import Callable
from math import log

import numpy as np
from scipy.sparse import csr_matrix

from qkdlab.distillation.belief_propagation import decode
from qkdlab.distillation.cascade import ParityOracle, reconcile
from qkdlab.distillation.channel import PublicChannel
from qkdlab.distillation.ldpc import BATCH_BITS, SyndromeOracle, reconcile_ldpc
from qkdlab.distillation.ldpc_codes import LdpcCode, get_code
from qkdlab.values import Bits, binary_entropy

POINTS = ((1024, 0.8, 0.018), (4096, 0.5, 0.083), (4096, 0.8, 0.02), (4096, 0.9, 0.007), (16384, 0.7, 0.044))

Decoder = Callable[[LdpcCode, Bits, float], Bits]


def ours(code: LdpcCode, syndromes: Bits, qber: float) -> Bits:
    """Decode with this package, as many frames at once as a session would."""
    batch = BATCH_BITS // code.n_bits
    parts = [syndromes[:, start : start + batch] for start in range(0, syndromes.shape[1], batch)]
    belief = np.float32(log((1 - qber) / qber))
    found = [decode(code, part, np.full((code.n_bits, part.shape[1]), belief), patience=60) for part in parts]
    return np.concatenate([part.errors for part in found], axis=1)


def find_peer() -> Decoder | None:
    """Return the decoder of the package ``ldpc`` if it is installed."""
    try:
        from ldpc import BpDecoder  # noqa: PLC0415 - it is there or not
    except ImportError as error:
        print(f"The peer is left out: {error}")
        return None

    def peer(code: LdpcCode, syndromes: Bits, qber: float) -> Bits:
        bits = np.repeat(np.arange(code.n_bits), code.degrees)
        ones = np.ones(len(bits), dtype=np.uint8)
        matrix = csr_matrix((ones, (code.checks, bits)), shape=(code.n_checks, code.n_bits))
        decoder = BpDecoder(
            matrix,
            error_rate=qber,
            max_iter=60,
            bp_method="product_sum",
            schedule="parallel",
            input_vector_type="syndrome",
        )
        return np.stack([decoder.decode(syndrome) for syndrome in np.ascontiguousarray(syndromes.T)], axis=1)

    return peer


def benchmark_decoders(scale: float) -> None:
    """Print frame error rates and throughput of both decoders."""
    decoders = {"ours": ours} | ({"peer": peer} if (peer := find_peer()) else {})
    print("Decoding LDPC codes: frame error rate, throughput")
    for length, rate, qber in POINTS:
        code, rng = get_code(length, rate), np.random.default_rng(1)
        n_frames = max(2, int(scale * 2**20 / length))
        errors = (rng.random((length, n_frames)) < qber).astype(np.uint8)
        syndromes = code.syndrome(errors)
        speeds = {}
        for name, decoder in reversed(decoders.items()):
            start = time.perf_counter()
            found = decoder(code, syndromes, qber)
            speeds[name] = errors.size / (time.perf_counter() - start)
            wrong = float(np.mean(np.any(found != errors, axis=0)))
            ratio = f"{speeds[name] / speeds['peer']:>8.2f} × the peer" if "peer" in speeds else ""
            print(
                f"  n = {length:>5}, R = {rate}, Q = {100 * qber:.1f} %, {name}: {n_frames:>5} frames, "
                f"FER {wrong:.3f} {speeds[name] / 1e3:>8,.0f} kbit/s{ratio}"
            )


def benchmark_reconciliation(scale: float) -> None:
    """Print time and leak of blind LDPC beside the original Cascade."""
    n = max(2_000, int(1_000_000 * scale))
    print(f"\nReconciliation of {n:,} bits: blind LDPC beside the original Cascade")
    for qber in (0.02, 0.05):
        rng = np.random.default_rng(2)
        alice = rng.integers(0, 2, n, dtype=np.uint8)
        bob = alice ^ (rng.random(n) < qber).astype(np.uint8)
        speeds = []
        for name in ("Cascade", "LDPC"):
            channel = PublicChannel()
            start = time.perf_counter()
            if name == "LDPC":
                oracle = SyndromeOracle(alice, channel, rng=rng)
                done = reconcile_ldpc(bob, oracle, qber=qber, rng=rng, channel=channel)
            else:
                done = reconcile(bob, ParityOracle(alice, channel), qber=qber, rng=rng, channel=channel)
            speeds.append(n / (time.perf_counter() - start))
            alice_leak, bob_leak = done.counts.alice_leak, done.counts.bob_leak
            shannon = n * binary_entropy(qber)
            print(
                f"  Q = {100 * qber:.0f} %, {name:<8} {speeds[-1] / 1e3:>8,.0f} kbit/s "
                f"{speeds[-1] / speeds[0]:>6.3f} × Cascade; leak {alice_leak / shannon:.3f} (Alice) "
                f"+ {bob_leak / shannon:.3f} (Bob) × Shannon's limit, {len(channel.messages)} messages"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=1.0, help="share of the usual number of frames")
    share = parser.parse_args().scale
    benchmark_decoders(share)
    benchmark_reconciliation(share)
