"""Cascade, verification and hashing on any bits."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qkdlab.distillation.channel import Party, PublicChannel
from qkdlab.distillation.correction.cascade import ParityOracle, reconcile
from qkdlab.distillation.hashing.toeplitz import toeplitz_hash
from qkdlab.distillation.verification import verify

bits = st.lists(st.integers(0, 1), min_size=1, max_size=400).map(
    lambda values: np.array(values, dtype=np.uint8)
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(alice=bits, data=st.data(), qber=st.floats(0, 0.5), seed=st.integers(0, 2**32))
def test_verified_keys_are_equal(alice, data, qber, seed) -> None:
    n = len(alice)
    wrong = data.draw(st.sets(st.integers(0, n - 1)))
    bob = alice.copy()
    bob[list(wrong)] ^= 1
    channel, rng = PublicChannel(), np.random.default_rng(seed)
    done = reconcile(bob, ParityOracle(alice, channel), qber=qber, rng=rng, channel=channel)
    assert done.bits.shape == (n,)
    assert (done.counts.alice_leak, done.counts.bob_leak) == tuple(
        channel.leaked_bits(party) for party in Party
    )
    # flips that undo each other aside, what was flipped is the difference to what Bob started with
    assert (done.counts.n_corrected - np.count_nonzero(done.bits != bob)) % 2 == 0
    # pass 1 compares the parity of the whole key: what is left is even
    left = np.count_nonzero(done.bits != alice)
    assert left % 2 == 0
    agreed = verify(alice, done.bits, epsilon_correctness=1e-12, rng=rng, channel=channel)
    assert agreed == (left == 0)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(x=bits, data=st.data())
def test_toeplitz_is_linear_and_equals_its_matrix(x, data) -> None:
    n = len(x)
    y = np.array(data.draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)), dtype=np.uint8)
    m = data.draw(st.integers(1, 50))
    seed = np.random.default_rng(data.draw(st.integers(0, 2**32))).integers(0, 2, n + m - 1, dtype=np.uint8)
    hashed = toeplitz_hash(x, seed)
    assert np.array_equal(toeplitz_hash(x ^ y, seed), hashed ^ toeplitz_hash(y, seed))
    rows, columns = np.ogrid[:m, :n]
    assert np.array_equal(hashed, seed[rows - columns + n - 1] @ x % 2)
    # linear in the seed as well
    other = np.roll(seed, 1)
    assert np.array_equal(toeplitz_hash(x, seed ^ other), hashed ^ toeplitz_hash(x, other))
