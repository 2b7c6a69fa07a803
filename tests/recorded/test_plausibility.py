"""Records that do not fit: refused where a claim would rest on them, told with figures where none does."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qkdlab import (
    IDEAL_LINK,
    AbortReason,
    Detector,
    InterceptResend,
    Link,
    RecordedSession,
    Recording,
    SinglePhotonSource,
    distill_recording,
    run_session,
    save_recording,
)
from qkdlab.distillation.estimation.witnesses import NeededRate
from qkdlab.exchange.run import Exchange
from qkdlab.values import Basis, RawKey

CLAIMLESS = ["asymptotic", "classroom"]


def exchanged(n_pulses: int = 20_000, **changes: Any) -> Exchange:
    said = {"link": IDEAL_LINK, "seed": 1, "security": "asymptotic"}
    return run_session(n_pulses=n_pulses, **said | changes).exchange


def distilled(exchange: Exchange, folder: Path, **changes: Any) -> RecordedSession:
    save_recording(exchange, folder / "run.npz")
    said = {"n_pulses": exchange.n_pulses, "source": SinglePhotonSource(), "seed": 1}
    return distill_recording(folder / "run.npz", **said | changes)


def picked(exchange: Exchange, rows: np.ndarray) -> Exchange:
    """The same, with these detected pulses alone."""
    alice, bob = (
        RawKey(bits=held.bits[rows], bases=held.bases[rows]) for held in (exchange.alice, exchange.bob)
    )
    announcements = exchange.announcements[rows]
    return replace(exchange, slots=exchange.slots[rows], alice=alice, bob=bob, announcements=announcements)


@pytest.mark.parametrize("security", ["finite", *CLAIMLESS])
def test_a_share_for_each_party_may_be_stated(security, tmp_path) -> None:
    shares = (0.9, 0.5)
    session = run_session(
        n_pulses=20_000, link=IDEAL_LINK, seed=1, z_probability=shares, security=security, shared_bits=0
    )
    stated = distilled(session.exchange, tmp_path, z_probability=shares, security=security)
    assert stated.warnings == ()
    assert stated.accepted
    assert stated.key == session.key
    with pytest.raises(ValueError, match=r"^z_probability must fit the records, and Alice took Z in "):
        distilled(session.exchange, tmp_path, z_probability=(0.5, 0.9))


@pytest.mark.parametrize("security", CLAIMLESS)
@pytest.mark.parametrize("stated", [None, 0.9, 0.5])
def test_unequal_bases_are_taken_as_they_are_where_nothing_is_claimed(stated, security, tmp_path) -> None:
    # would catch: the sample of both bases pooled, in which the rare one's errors drown
    exchange = exchanged(z_probability=(0.9, 0.5))
    with pytest.raises(ValueError, match=r"is what they show; security='asymptotic' or 'classroom' would go"):
        distilled(exchange, tmp_path, z_probability=stated)
    result = distilled(exchange, tmp_path, z_probability=stated, security=security)
    assert result.settings.z_probability == (pytest.approx(0.9, abs=0.02), pytest.approx(0.5, abs=0.03))
    assert [rate for rate, _ in result.distillation.compared] == [NeededRate.KEY, NeededRate.TEST]
    assert len(result.warnings) == 1
    assert f"of {result.n_detected} detected pulses, where" in result.report()
    assert result.accepted


def test_an_eve_in_the_key_basis_does_not_drown_in_unequal_records(tmp_path) -> None:
    # every second X bit is wrong, and X is one sifted bit in ten
    exchange = exchanged(z_probability=(0.9, 0.5), eavesdropper=InterceptResend(basis="Z"))
    result = distilled(exchange, tmp_path, security="asymptotic")
    assert result.reason is AbortReason.QBER_TOO_HIGH
    assert "measuring every pulse in Z" in result.report()


@pytest.mark.parametrize("security", CLAIMLESS)
def test_unequal_detectors_are_told_with_figures(security, tmp_path) -> None:
    exchange = exchanged()
    rng = np.random.default_rng(1)
    found = np.flatnonzero((exchange.bob.bits == 0) | (rng.random(len(exchange.slots)) < 0.5))
    unequal = picked(exchange, found)
    with pytest.raises(
        ValueError,
        match=r"^recording must have random bits of Alice, .* ones in Z; security='asymptotic'",
    ):
        distilled(unequal, tmp_path)
    result = distilled(unequal, tmp_path, security=security)
    assert result.accepted
    assert len(result.warnings) == 2
    ones = int(np.count_nonzero(unequal.alice.bits[unequal.alice.bases == Basis.Z]))
    assert f"warning   Alice has {ones} of " in result.report()
    assert "a bit holds 0.9" in result.report()


@pytest.mark.parametrize("security", ["finite", *CLAIMLESS])
def test_bits_that_are_all_alike_are_no_key_in_any_mode(security, tmp_path) -> None:
    exchange = exchanged()
    zeros = np.zeros_like(exchange.alice.bits)
    alice, bob = (RawKey(bits=zeros, bases=held.bases) for held in (exchange.alice, exchange.bob))
    with pytest.raises(
        ValueError, match=r"^recording must have random bits of Alice, got 0 of \d+ ones in Z$"
    ):
        distilled(replace(exchange, alice=alice, bob=bob), tmp_path, security=security)


def test_records_of_sifted_pulses_alone(tmp_path) -> None:
    exchange = exchanged()
    sifted = picked(exchange, np.flatnonzero(exchange.alice.bases == exchange.bob.bases))
    with pytest.raises(ValueError, match=r"^z_probability must fit the records, and bases are the same in "):
        distilled(sifted, tmp_path)
    result = distilled(sifted, tmp_path, security="asymptotic")
    assert result.accepted
    assert "expected: the choices are not independent" in result.report()


@pytest.mark.parametrize("shift", [-3, -2, -1, 1, 2, 3])
def test_shifted_slots_are_found(shift, tmp_path) -> None:
    # would catch: a shift named the wrong way round
    link = Link(misalignment_error=0.02, detector=Detector(efficiency=0.5))
    exchange = exchanged(link=link)
    wanted = exchange.slots + shift
    at = np.minimum(np.searchsorted(exchange.slots, wanted), len(exchange.slots) - 1)
    mine = np.flatnonzero(exchange.slots[at] == wanted)
    bob = RawKey(bits=exchange.bob.bits[mine], bases=exchange.bob.bases[mine])
    # what Bob saw in slot n is written down as slot n + shift
    moved = replace(picked(exchange, at[mine]), bob=bob)
    result = distilled(moved, tmp_path, security="asymptotic")
    assert result.reason is AbortReason.QBER_TOO_HIGH
    report = result.report()
    assert "agree no better than coins" in report
    sign = "-" if shift > 0 else "+"
    assert f"Bob's slot n shows what Alice sent in slot n {sign} {abs(shift)}." in report


def test_ones_among_a_few_bits_are_told_with_their_number() -> None:
    # before: "100.00 % of her detected bits in Z", of a single bit
    recording = Recording.from_arrays(
        n_pulses=9,
        slots=[1, 2, 5],
        alice_bases=[0, 1, 1],
        alice_bits=[1, 1, 0],
        bob_bases=[0, 1, 0],
        bob_bits=[1, 1, 0],
    )
    told = distill_recording(recording, source=SinglePhotonSource(), seed=1, security="classroom").report()
    assert "100.00 %   of her detected bits in Z (1), 50.00 % of those in X (2)" in told


def test_no_shift_is_named_without_one(tmp_path) -> None:
    for eve, link in [(InterceptResend(), IDEAL_LINK), (None, Link(misalignment_error=0.5))]:
        exchange = exchanged(link=link, eavesdropper=eve, n_pulses=60_000)
        result = distilled(exchange, tmp_path, security="asymptotic")
        assert result.reason is AbortReason.QBER_TOO_HIGH
        assert "Bob's slot n" not in result.report()


@pytest.mark.parametrize("flipped", [[Basis.X], [Basis.Z], [Basis.Z, Basis.X]])
def test_a_basis_read_the_other_way_is_named(flipped, tmp_path) -> None:
    exchange = exchanged(1_000)
    bits = exchange.bob.bits ^ np.isin(exchange.bob.bases, flipped).astype(np.uint8)
    turned = replace(exchange, bob=RawKey(bits=bits, bases=exchange.bob.bases))
    report = distilled(turned, tmp_path, security="asymptotic").report()
    where = "every basis" if len(flipped) == 2 else flipped[0].name
    assert f"Hint: bits in {where} are wrong more often than right" in report
    assert "QBER in Z" in report
    assert "QBER in X" in report


def test_bases_that_one_party_names_the_other_way_round_are_found(tmp_path) -> None:
    # would catch: a hint at Eve or at shifted slots alone, where the bits agree in all other pulses
    exchange = exchanged(1_000, link=Link(misalignment_error=0.02, detector=Detector(efficiency=0.5)))
    bob = RawKey(bits=exchange.bob.bits, bases=1 - exchange.bob.bases)
    result = distilled(replace(exchange, bob=bob), tmp_path, security="asymptotic")
    assert result.reason is AbortReason.QBER_TOO_HIGH
    assert "one of them probably names Z and X the other way round." in result.report()
    # Eve's coins do not agree where the bases differ, and bits that agree as they are need no other names
    for eve, error in ((InterceptResend(), 0.0), (None, 0.16)):
        seen = exchanged(60_000, eavesdropper=eve, link=Link(misalignment_error=error))
        result = distilled(seen, tmp_path, security="asymptotic")
        assert result.reason is AbortReason.QBER_TOO_HIGH
        assert "names Z and X" not in result.report()


@pytest.mark.parametrize(("dead", "ones"), [(0, "1,000"), (1, "0")])
def test_bits_of_bob_that_are_all_alike_are_told(dead, ones, tmp_path) -> None:
    # would catch: "may mean that Eve knows too much" where one of Bob's detectors does not click
    exchange = exchanged(1_000)
    bob = RawKey(bits=np.full(1_000, 1 - dead, dtype=np.uint8), bases=exchange.bob.bases)
    report = distilled(replace(exchange, bob=bob), tmp_path, security="asymptotic").report()
    assert f"Hint: Bob has {ones} ones among 1,000 bits." in report
    assert (
        "ones among" not in distilled(exchanged(1_000, link=Link(misalignment_error=0.5)), tmp_path).report()
    )
