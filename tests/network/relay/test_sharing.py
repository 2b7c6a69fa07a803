"""Secret sharing: an independent implementation's shares, and too few that tell nothing, exhaustively."""

from collections import Counter
from itertools import combinations, product

import numpy as np
import pytest

from qkdlab import SecretKey
from qkdlab.network.relay.gf256 import multiply
from qkdlab.network.relay.linear_words import Word, weighted_sum, xor_words
from qkdlab.network.relay.sharing import shamir_shares, weights_at_zero, xor_shares
from tests.network.relaying import Scripted
from tests.refusals import expect_refusal

ALL = np.arange(256, dtype=np.uint8)


def key(hexadecimal: str) -> SecretKey:
    return SecretKey(np.unpackbits(np.frombuffer(bytes.fromhex(hexadecimal), dtype=np.uint8)))


def joined(shares: dict[int, Word]) -> SecretKey:
    """What shares give, by the points at which they are."""
    return weighted_sum(shares.values(), weights_at_zero(shares)).key


def random_key(n_bits: int, seed: int) -> SecretKey:
    return SecretKey(np.random.default_rng(seed).integers(0, 2, n_bits))


# Made with shamir-mnemonic 0.3.0 (SLIP-0039, the same field): a random secret and t - 1 random shares,
# and the others by its interpolation,
#   from shamir_mnemonic.shamir import RawShare, _interpolate
#   base = [RawShare(0, secret), RawShare(1, share), ...]; _interpolate(base, x)
VECTORS = [
    (2, "d7a56d3cfcf9a44d", {1: "c716691acdaba1b8", 2: "f7d865709e5daebc", 3: "e76b6156af0fab49"}),
    (
        3,
        "a912646543c6977a",
        {
            1: "5a43ac2753cf1017",
            2: "3122071113bd1205",
            3: "c273cf5303b49568",
            4: "0d0c2f60388ff026",
            5: "fe5de7222886774b",
        },
    ),
    (
        5,
        "36abce666699a58c",
        {
            1: "091affea6a87144a",
            7: "ff71eacc524472fd",
            64: "58b2e1c3c699100f",
            99: "29980732427f8ef5",
            200: "ec48d03857f43485",
            255: "c7d37d5234658c38",
        },
    ),
]


@pytest.mark.parametrize(("threshold", "secret", "shares"), VECTORS)
def test_shares_of_an_independent_implementation(threshold, secret, shares) -> None:
    # would catch: another field, weights at another point than 0, bits of a byte in the other order
    held = [(x, Word.independent(f"share {x}", key(value))) for x, value in shares.items()]
    for some in combinations(held, threshold):
        assert joined(dict(some)) == key(secret)
    assert joined(dict(held)) == key(secret)  # more than enough
    assert joined(dict(held[: threshold - 1])) != key(secret)


def bits_of(*values: int) -> np.ndarray:
    return np.unpackbits(np.array(values, dtype=np.uint8))


def test_one_of_two_shamir_shares_is_uniform_for_every_secret() -> None:
    # all 256 values of the coefficient as 256 bytes of one key, for every secret byte. Would catch:
    # a coefficient that is never 0 (then a share never equals the secret, and shuts it out)
    every = bits_of(*ALL)
    for secret in range(256):
        split = shamir_shares(SecretKey(bits_of(*[secret] * 256)), threshold=2, n=4, rng=Scripted(every))
        for share in split.shares:
            assert np.array_equal(np.sort(np.packbits(share.bits)), ALL)


@pytest.mark.parametrize("secret", [0, 0x57])
def test_two_of_three_shamir_shares_take_all_pairs_of_values_once(secret) -> None:
    # over all 65,536 pairs of coefficients, for two secrets
    first, second = np.divmod(np.arange(1 << 16), 256)
    split = shamir_shares(
        SecretKey(bits_of(*[secret] * (1 << 16))),
        threshold=3,
        n=3,
        rng=Scripted(bits_of(*first), bits_of(*second)),
    )
    values = [np.packbits(share.bits).astype(int) for share in split.shares]
    for one, other in combinations(values, 2):
        assert np.array_equal(np.sort(256 * one + other), np.arange(1 << 16))
    assert set(values[0] ^ values[1] ^ values[2]) == {secret}  # all three tell; at 1, 2, 3 by their sum


@pytest.mark.parametrize("n", [2, 3])
def test_all_but_one_xor_share_are_uniform_for_every_secret(n) -> None:
    # two bits. Would catch: the last share left random, or a random word used twice
    words = [np.array(word) for word in product((0, 1), repeat=2)]
    for left_out in range(n):
        views = []
        for secret in words:
            seen = Counter()
            for drawn in product(words, repeat=n - 1):
                shares = xor_shares(SecretKey(secret), n, Scripted(*drawn)).shares
                assert xor_words(shares).key == SecretKey(secret)
                seen[tuple(s.bits.tobytes() for i, s in enumerate(shares) if i != left_out)] += 1
            views.append(seen)
        assert all(seen == views[0] for seen in views)
        assert set(views[0].values()) == {1}


def test_any_threshold_of_shares_give_the_secret() -> None:
    secret = random_key(80, 1)
    for threshold in range(1, 6):
        split = shamir_shares(secret, threshold=threshold, n=5, rng=np.random.default_rng(threshold))
        for some in combinations(enumerate(split.shares, 1), threshold):
            assert joined(dict(some[::-1])) == secret
    split = shamir_shares(secret, threshold=1, n=3, rng=Scripted())
    assert all(share.key == secret for share in split.shares)


@pytest.mark.long
def test_as_many_shares_as_the_field_has_places() -> None:
    secret = random_key(16, 2)
    split = shamir_shares(secret, threshold=255, n=255, rng=np.random.default_rng(3))
    assert joined(dict(enumerate(split.shares, 1))) == secret


def test_weights_are_those_of_lagrange() -> None:
    # f = 1, x, x² at any points: the weighted sum is f(0) = 1, 0, 0
    points = [3, 77, 255]
    weights = weights_at_zero(points)
    for f, at_zero in ((np.ones(3), 1), (np.array(points), 0), (multiply(points, points), 0)):
        assert np.bitwise_xor.reduce(multiply(weights, f.astype(np.uint8))) == at_zero


def test_same_generator_same_shares() -> None:
    secret = random_key(64, 4)
    one, other = (shamir_shares(secret, threshold=3, n=5, rng=np.random.default_rng(7)) for _ in range(2))
    assert [share.bits.tolist() for share in one.shares] == [share.bits.tolist() for share in other.shares]


def test_refusals() -> None:
    secret, rng = random_key(12, 5), np.random.default_rng(1)
    with expect_refusal("secret must have a multiple of 8 bits, got 12"):
        shamir_shares(secret, threshold=2, n=3, rng=rng)
    whole = SecretKey(secret.bits[:8])
    with expect_refusal("threshold must be at least 1 and at most 3, got 4"):
        shamir_shares(whole, threshold=4, n=3, rng=rng)
    with expect_refusal("n must be at least 1 and at most 255, got 256"):
        shamir_shares(whole, threshold=4, n=256, rng=rng)
    with expect_refusal("n must be at least 1, got 0"):
        xor_shares(secret, 0, rng)
    one, other = (Word.independent(name, bits) for name, bits in (("S1", secret), ("S2", whole)))
    with expect_refusal("words must have 12 bits to be XORed, got 8"):
        weighted_sum([one, other], [1, 1])
    with expect_refusal("points must be different, and at least 1, got [2, 2]"):
        weights_at_zero([2, 2])
    with expect_refusal("word must have a multiple of 8 bits to be multiplied, got 12"):
        weighted_sum([one], [2])
    with expect_refusal("points must be at least 1 and at most 255, got 0"):
        weights_at_zero([0])


def test_shares_show_no_bits() -> None:
    assert "uint8" not in repr(shamir_shares(key("00ff"), threshold=1, n=1, rng=Scripted()))
