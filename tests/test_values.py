"""Checks of arguments, read-only arrays, raw and secret keys."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from qkdlab.values import (
    Basis,
    RawKey,
    SecretKey,
    as_bits,
    check_between,
    check_choice,
    check_count,
    check_epsilon,
    check_instance,
    check_non_negative,
    check_open_probability,
    check_probability,
    looked_up,
    picked,
    read_only,
)
from tests.refusals import expect_refusal

NOT_NUMBERS = [
    "0.5",
    b"1",
    None,
    True,
    np.True_,
    [0.5],
    1j,
    np.complex128(1),
    np.array([0.5]),
    np.array([0.1, 0.2]),
    Decimal("0.5"),
]
HUGE = 10**400


@pytest.mark.parametrize(
    "check", [check_probability, check_open_probability, check_non_negative, check_epsilon]
)
@pytest.mark.parametrize("value", NOT_NUMBERS, ids=repr)
def test_what_is_no_number_is_refused(check, value) -> None:
    with pytest.raises(ValueError, match=r"^loss must be a number, got ") as caught:
        check("loss", value)
    assert str(caught.value).endswith(repr(value))


@pytest.mark.parametrize(
    "check", [check_probability, check_open_probability, check_non_negative, check_epsilon]
)
def test_a_whole_number_too_large_for_a_float_is_refused(check) -> None:
    with pytest.raises(ValueError, match=r"^loss must fit in a 64-bit float, got 1000"):
        check("loss", HUGE)


@pytest.mark.parametrize(
    "value", [-0.001, 1.2, float("nan"), float("inf"), -float("inf"), 2, np.float32("nan")]
)
def test_probability_refuses(value) -> None:
    with expect_refusal(f"fraction must lie between 0 and 1, got {value!r}"):
        check_probability("fraction", value)


def test_probability_below() -> None:
    assert check_probability("error", 0.5, below=0.5) == 0.5
    with pytest.raises(ValueError, match=r"^error must lie between 0 and 0.5, got 0.51$"):
        check_probability("error", 0.51, below=0.5)


@pytest.mark.parametrize("value", [0, 1, 0.5, np.float32(0.5), np.int64(1), Fraction(1, 2)])
def test_probability_returns_a_plain_float(value) -> None:
    assert type(check_probability("p", value)) is float
    assert check_probability("p", value) == float(value)


@pytest.mark.parametrize("value", [0, 1, 0.0, 1.0, -1e-300, 1.0000001, float("nan")])
def test_open_probability_excludes_its_ends(value) -> None:
    with expect_refusal(f"share must lie strictly between 0 and 1, got {value!r}"):
        check_open_probability("share", value)
    assert type(check_open_probability("share", np.float32(0.25))) is float


@pytest.mark.parametrize("value", [0, 1, 1e-101, -1e-10, 2.0, float("nan")])
def test_epsilon_excludes_what_squares_to_nothing(value) -> None:
    with expect_refusal(f"epsilon must be at least 1e-100 and below 1, got {value!r}"):
        check_epsilon("epsilon", value)
    assert type(check_epsilon("epsilon", 1e-100)) is float


@pytest.mark.parametrize("value", [-1, -1e-9, float("nan"), float("inf")])
def test_non_negative_refuses(value) -> None:
    with expect_refusal(f"length_km must be finite and at least 0, got {value!r}"):
        check_non_negative("length_km", value)
    with expect_refusal(f"length_km must lie between 0 and 10, got {value!r}"):
        check_non_negative("length_km", value, below=10)


@pytest.mark.parametrize("value", [-2.1, 3.1, float("nan"), float("inf")])
def test_between_refuses(value) -> None:
    with expect_refusal(f"power must lie between -2 and 3, got {value!r}"):
        check_between("power", value, -2, 3)


def test_between_accepts() -> None:
    assert [check_between("power", value, -2, 3) for value in (-2, 0, 3)] == [-2, 0, 3]
    assert type(check_between("power", 3, -2, 3)) is float


def test_non_negative_accepts() -> None:
    assert type(check_non_negative("x", 3)) is float
    assert check_non_negative("x", 10, below=10) == 10
    with pytest.raises(ValueError, match=r"got 10.5"):
        check_non_negative("x", 10.5, below=10)


@pytest.mark.parametrize(
    "value", [1.0, 1.5, "1", None, True, False, np.True_, np.float64(3), [1], float("nan")]
)
def test_count_refuses_what_is_not_whole(value) -> None:
    with expect_refusal(f"n_pulses must be a whole number, got {value!r}"):
        check_count("n_pulses", value)


def test_count_limits() -> None:
    assert type(check_count("n", np.uint8(7))) is int
    with pytest.raises(ValueError, match=r"^n must be at least 1, got 0$"):
        check_count("n", 0, minimum=1)
    with pytest.raises(ValueError, match=r"^n must be at least 0, got -1$"):
        check_count("n", -1)
    with pytest.raises(ValueError, match=r"^n must be at least 1 and at most 10, got 11$"):
        check_count("n", 11, minimum=1, maximum=10)
    assert check_count("n", 10, minimum=1, maximum=10) == 10


@pytest.mark.parametrize("value", ["b", None, ["exact"], {"exact": 1}, np.array(["exact", "shots"]), 3])
def test_choice_refuses(value) -> None:
    with pytest.raises(ValueError, match=r"^sampler must be one of 'exact', 'shots', got ") as caught:
        check_choice("sampler", value, ("exact", "shots"))
    assert str(caught.value).endswith(repr(value))


def test_choice_and_instance() -> None:
    assert check_choice("sampler", "shots", ("exact", "shots")) == "shots"
    assert check_instance("x", 3, int) == 3
    with pytest.raises(ValueError, match=r"^x must be a str, got 3$"):
        check_instance("x", 3, str)


def test_read_only_is_a_copy_that_cannot_be_written() -> None:
    source = np.array([1, 2, 3])
    array = read_only(source)
    source[0] = 9
    assert array.tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match=r"read-only"):
        array[0] = 5


def test_as_bits() -> None:
    bits = as_bits("bits", [0, 1, 1])
    assert bits.dtype == np.uint8
    assert not bits.flags.writeable
    assert as_bits("bits", np.array([True, False])).tolist() == [1, 0]
    assert as_bits("bits", []).shape == (0,)
    assert as_bits("bases", [0, 2, 1], largest=2).tolist() == [0, 2, 1]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([0, 1, 2, 3], "bits[2] must be 0 … 1, got 2"),
        ([0, -1, 5], "bits[1] must be 0 … 1, got -1"),
        ([256], "bits[0] must be 0 … 1, got 256"),
        ([[0, 1]], "bits must have shape (n,), got shape (1, 2)"),
        (1, "bits must have shape (n,), got shape ()"),
        ([0.0, 1.0], "bits must hold whole numbers, got dtype float64"),
        ([float("nan")], "bits must hold whole numbers, got dtype float64"),
        (["0", "1"], "bits must hold whole numbers, got dtype <U1"),
        ([None], "bits must hold whole numbers, got dtype object"),
        ([10**30], "bits must hold whole numbers, got dtype object"),
    ],
)
def test_as_bits_names_the_first_bad_element(values, message) -> None:
    with expect_refusal(message):
        as_bits("bits", values)


def test_bases_are_numbered_as_documented() -> None:
    assert [int(basis) for basis in (Basis.Z, Basis.X, Basis.Y)] == [0, 1, 2]


def test_raw_key() -> None:
    key = RawKey(bits=[0, 1, 1], bases=[0, 1, 2])
    assert len(key) == 3
    assert repr(key) == "RawKey(3 secret bits and bases)"
    assert not key.bits.flags.writeable
    assert not key.bases.flags.writeable
    with pytest.raises(ValueError, match=r"^bases must have shape \(3,\), got \(2,\)$"):
        RawKey(bits=[0, 1, 1], bases=[0, 1])
    with pytest.raises(ValueError, match=r"^bits\[1\] must be 0 … 1, got 2$"):
        RawKey(bits=[0, 2], bases=[0, 1])
    with pytest.raises(ValueError, match=r"^bases\[0\] must be 0 … 4, got 5$"):
        RawKey(bits=[0, 1], bases=[5, 1])
    with pytest.raises(AttributeError):
        key.bits = [1]  # type: ignore[misc]


def test_secret_key() -> None:
    key = SecretKey([1, 0, 1, 0, 0, 0, 0, 1, 1])
    same, other = SecretKey(np.array(key.bits)), SecretKey([1, 0, 1, 0, 0, 0, 0, 1, 0])
    assert key == same
    assert hash(key) == hash(same)
    assert key != other
    assert key != SecretKey(key.bits[:8])
    assert key != key.bits.tolist()
    assert repr(key) == str(key) == "SecretKey(9 bits)"
    assert key.to_bytes() == bytes([0b10100001])  # the ninth bit is left out
    assert SecretKey([1] * 7).to_bytes() == b""
    with pytest.raises(ValueError, match=r"read-only"):
        key.bits[0] = 0
    with pytest.raises(ValueError, match=r"^bits\[0\] must be 0 … 1, got 7$"):
        SecretKey([7])


def test_read_only_shares_nothing_that_may_change() -> None:
    # would catch: a view that cannot be written to, of an array that can
    base = np.zeros(3, dtype=np.uint8)
    view = base[:]
    view.setflags(write=False)
    for given in (base, view, [0, 0, 0]):
        made = read_only(given)
        assert not made.flags.writeable
        base[0] = 1
        assert made.tolist() == [0, 0, 0]
        base[0] = 0
    made = read_only(base)
    assert read_only(made) is made  # a run is not copied over and over
    assert read_only(made, np.int64).dtype == np.int64
    assert as_bits("bits", made) is made


@pytest.mark.parametrize("n", [0, 1, 1 << 14, 50_000])
def test_what_is_picked_is_what_the_mask_selects(n) -> None:
    # would catch: a block that is left out, or picked by the mask of another
    rng = np.random.default_rng(1)
    values = rng.integers(0, 200, n, dtype=np.uint8)
    for share in (0.0, 0.4, 1.0):
        mask = rng.random(n) < share
        found = picked(values, mask)
        assert found.dtype == np.uint8
        assert np.array_equal(found, values[mask])


def test_a_mask_of_another_length_picks_nothing() -> None:
    # would catch: the first of the values, as if the rest had not been there
    for n_mask in (3, 5):
        with pytest.raises(IndexError, match=f"a mask of {n_mask} does not fit 4 values"):
            picked(np.arange(4), np.ones(n_mask, dtype=bool))


@pytest.mark.parametrize("shape", [(3,), (2, 5, 2), (7, 40, 3)])
def test_what_is_looked_up_stands_in_the_table(shape) -> None:
    # would catch: axes in another order, and numbers of one byte for a table of 840 values
    rng = np.random.default_rng(2)
    table = rng.random(shape)
    places = [rng.integers(0, length, 1000, dtype=np.uint8) for length in shape]
    assert np.array_equal(looked_up(table, *places), table[tuple(places)])
    assert looked_up(table, *(place[:0] for place in places)).shape == (0,)


def test_what_is_outside_of_a_table_is_not_looked_up() -> None:
    # would catch: the value of another row; 86 rows of three are 258 places, which is 2 in a byte
    for places in ([2], [0]), ([0], [3]), ([86], [0]):
        with pytest.raises(IndexError):
            looked_up(np.zeros((2, 3)), *np.array(places, dtype=np.uint8))
