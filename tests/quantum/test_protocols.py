"""The protocols as tables: states, probabilities, what is read, and what it costs to choose badly."""

import numpy as np
import pytest

from qkdlab.quantum.protocols import BB84, PROTOCOLS, get_protocol
from qkdlab.values import NO_BIT, Basis
from tests.refusals import expect_refusal

STATES = {(basis, value): np.array(basis.direction) * (1 - 2 * value) for basis in Basis for value in (0, 1)}


def chance(found: tuple[Basis, int], sent: tuple[Basis, int]) -> float:
    """Born's rule on the Bloch sphere."""
    return (1 + STATES[found] @ STATES[sent]) / 2


def test_directions_are_unit_vectors_at_the_angles_they_are_said_to_have() -> None:
    for basis in Basis:
        assert np.linalg.norm(basis.direction) == pytest.approx(1)
    for one, two, angle in [("Z", "X", 90), ("Z", "Y", 90), ("Z", "W", 45), ("W", "X", 45), ("X", "V", 45)]:
        assert Basis[one].overlap(Basis[two]) == pytest.approx(np.cos(np.deg2rad(angle)), abs=1e-15)
    assert Basis.Z.overlap(Basis.V) == pytest.approx(np.cos(np.deg2rad(135)))


def test_bb84_as_data() -> None:
    assert [(signal.basis, signal.value, signal.bit) for signal in BB84.signals] == [
        (0, 0, 0),
        (0, 1, 1),
        (1, 0, 0),
        (1, 1, 1),
    ]
    assert BB84.bases == ((Basis.Z, 0.5), (Basis.X, 0.5))
    assert BB84.match_probability == 0.5
    table = BB84.reading_table()
    assert table.shape == (2, 5, 2)
    assert np.count_nonzero(table < NO_BIT) == 4


@pytest.mark.parametrize("name", PROTOCOLS)
def test_probabilities_sum_to_one(name) -> None:
    protocol = get_protocol(name)
    assert protocol.name == name
    assert sum(signal.probability for signal in protocol.signals) == pytest.approx(1)
    assert sum(probability for _, probability in protocol.bases) == pytest.approx(1)
    assert set(protocol.key_announcements) <= {signal.announcement for signal in protocol.signals}


@pytest.mark.parametrize(
    ("name", "kept"),
    [("BB84", 1 / 2), ("six-state", 1 / 3), ("three-state", 0.81), ("SARG04", 1 / 4), ("B92", 1 / 4)],
)
def test_sifting_and_no_errors_by_borns_rule(name, kept) -> None:
    # published: BB84 1/2, six-state 1/3, SARG04 and B92 1/4; would catch: an announcement that names the
    # wrong pair, or an outcome read as the state it rules out
    protocol = get_protocol(name)
    table, found, wrong = protocol.reading_table(), 0.0, 0.0
    for signal in protocol.signals:
        for basis, probability in protocol.bases:
            for outcome in (0, 1):
                weight = signal.probability * probability
                weight *= chance((basis, outcome), (signal.basis, signal.value))
                bit = table[signal.announcement, basis, outcome]
                if bit != NO_BIT and signal.announcement in protocol.key_announcements:
                    found += weight
                    wrong += weight * (bit != signal.bit)
    assert found == pytest.approx(kept)
    assert wrong == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("name", ["SARG04", "B92"])
def test_the_axis_tells_best_apart_what_was_announced(name) -> None:
    # the Helstrom measurement of two equally likely states lies along the difference of their directions
    protocol = get_protocol(name)
    for announcement in {signal.announcement for signal in protocol.signals}:
        zero, one = (
            STATES[s.basis, s.value]
            for s in sorted(protocol.signals, key=lambda s: s.bit)
            if s.announcement == announcement
        )
        axis = next(s.axis for s in protocol.signals if s.announcement == announcement)
        best = (zero - one) / np.linalg.norm(zero - one)
        assert abs(best @ np.array(axis.direction)) == pytest.approx(1)


def test_biased_bases() -> None:
    biased = get_protocol("BB84", 0.9)
    assert biased.key_announcements == (Basis.Z,)
    assert biased.match_probability == pytest.approx(0.81)
    assert [signal.probability for signal in biased.signals] == pytest.approx([0.45, 0.45, 0.05, 0.05])
    assert get_protocol("BBM92", 0.7).bases == ((Basis.Z, 0.7), (Basis.X, pytest.approx(0.3)))


def test_each_party_has_its_own_bias() -> None:
    # would catch: Alice's share taken for Bob's, one of them squared, X sifted as the rest of Z
    for name in ("BB84", "BBM92", "three-state"):
        unequal = get_protocol(name, (0.9, 0.6))
        in_z = sum(signal.probability for signal in unequal.signals if signal.basis is Basis.Z)
        assert (in_z, unequal.key_probability) == pytest.approx((0.9, 0.9))
        assert dict(unequal.bases) == pytest.approx({Basis.Z: 0.6, Basis.X: 0.4})
        assert unequal.match_probability == pytest.approx(0.54)
        assert unequal.test_probability == pytest.approx(0.04)
        assert unequal.key_announcements == (Basis.Z,)
        assert get_protocol(name, [0.9, 0.6]) is unequal
        assert get_protocol(name, (0.7, 0.7)) is get_protocol(name, 0.7)
    assert (BB84.test_probability, get_protocol("SARG04").test_probability) == (0, 0)
    assert get_protocol("BB84", (0.5, 0.5)) is get_protocol("BB84", 0.5)


def test_as_many_bits_of_either_basis_do_not_make_a_key_of_both() -> None:
    # Eve may let pulses of several photons pass where Alice took the basis that Bob is likely to take
    mirrored = get_protocol("BB84", (0.9, 0.1))
    assert mirrored.match_probability == pytest.approx(mirrored.test_probability) == pytest.approx(0.09)
    assert mirrored.key_announcements == (Basis.Z,)


def test_chsh_settings_reach_tsirelsons_bound() -> None:
    protocol = get_protocol("E91")
    value = sum(sign * Basis(a).overlap(b) for a, b, sign in protocol.correlations)
    assert value == pytest.approx(2 * np.sqrt(2))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("BB48",), "protocol must be one of"),
        ((None,), "protocol must be one of"),
        (("SARG04", 0.7), "z_probability must be None for the protocol 'SARG04', got 0.7"),
        (("BB84", 1.0), "z_probability must lie strictly between 0 and 1, got 1.0"),
        (("SARG04", (0.7, 0.5)), "z_probability must be None for the protocol 'SARG04', got (0.7, 0.5)"),
        (("BB84", (0.9, 1.0)), "z_probability[1] must lie strictly between 0 and 1, got 1.0"),
        (
            ("BB84", (0.9,)),
            "z_probability must be one number for both, or two: Alice's and Bob's, got (0.9,)",
        ),
        (("BB84", "0.9"), "z_probability must be a number, got '0.9'"),
        (("BB84", float("nan")), "z_probability must lie strictly between 0 and 1, got nan"),
    ],
)
def test_bad_choices(arguments, message) -> None:
    with pytest.raises(ValueError, match=r"(protocol|z_probability(\[1\])?) must ") as caught:
        get_protocol(*arguments)
    assert str(caught.value).startswith(message)


def test_a_protocol_is_built_once() -> None:
    assert get_protocol("six-state") is get_protocol("six-state")
    with expect_refusal("z_probability must lie strictly between 0 and 1, got 0"):
        get_protocol("BBM92", 0)


def test_every_protocol_names_its_own_proof() -> None:
    # would catch: a protocol that borrows a proof, and with it a knowledge of Eve's that is too small
    proofs = {name: get_protocol(name).proof for name in PROTOCOLS}
    assert proofs == {
        "BB84": "BB84",
        "BBM92": "BB84",  # pairs measured at Alice's door are states that she prepares
        "six-state": "six-state",
        "three-state": "three-state",
        "SARG04": "SARG04",
        "E91": "CHSH",
        "B92": "",  # none here for a line with loss
    }


def test_only_bits_of_one_basis_become_key_where_the_bases_differ() -> None:
    # the three states: all bits of X are 0, and nobody needs Eve to know them
    states = [(signal.basis, signal.value, signal.bit) for signal in get_protocol("three-state").signals]
    assert states == [(Basis.Z, 0, 0), (Basis.Z, 1, 1), (Basis.X, 0, 0)]
    assert get_protocol("three-state").key_announcements == (Basis.Z,)
    assert get_protocol("three-state").key_probability == pytest.approx(0.9)
    assert get_protocol("BB84", 0.5).key_announcements == (Basis.Z, Basis.X)
