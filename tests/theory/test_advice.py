"""What a session without a key advises, followed."""

import pytest

from qkdlab import (
    IDEAL_LINK,
    AbortReason,
    DecoySource,
    InterceptResend,
    Link,
    PhotonNumberSplitting,
    SessionSettings,
    WeakCoherentSource,
    expected_key,
    run_session,
)
from qkdlab.theory.advice import advise, no_pulses_help

pytestmark = pytest.mark.long
REASONS = AbortReason


def laser(mean: float, length_km: float) -> Link:
    return Link(length_km=length_km, source=WeakCoherentSource(mean_photon_number=mean))


def decoys(length_km: float, **changes) -> Link:
    return Link(length_km=length_km, source=DecoySource(**changes))


CASES = [
    (REASONS.TOO_FEW_SIFTED_BITS, 1, {"n_pulses": 300, "link": IDEAL_LINK}),
    (REASONS.TOO_FEW_PULSES, 1, {"n_pulses": 2_000, "link": IDEAL_LINK}),
    (REASONS.TOO_FEW_PULSES, 1, {"n_pulses": 20_000, "link": Link(length_km=10)}),
    (REASONS.TOO_FEW_PULSES, 2, {"n_pulses": 3_000_000, "link": decoys(25)}),
    (REASONS.TOO_FEW_PULSES, 2, {"n_pulses": 30_000_000, "link": decoys(25), "z_probability": 0.9}),
    (
        REASONS.TOO_FEW_PULSES,
        2,
        {"n_pulses": 2_000_000, "link": decoys(25, vacuum_probability=0, signal_probability=0.8)},
    ),
    (REASONS.KEY_SPENT, 1, {"n_pulses": 800, "link": IDEAL_LINK, "security": "asymptotic"}),
    (REASONS.TOO_MANY_MULTIPHOTON_PULSES, 2, {"n_pulses": 3_000_000, "link": laser(0.5, 25)}),
    (REASONS.TOO_MANY_MULTIPHOTON_PULSES, 2, {"n_pulses": 3_000_000, "link": laser(0.1, 50)}),
    (
        REASONS.TOO_MANY_MULTIPHOTON_PULSES,
        1,
        {"n_pulses": 3_000_000, "link": laser(0.5, 10), "security": "published"},
    ),
    (
        REASONS.TOO_MANY_MULTIPHOTON_PULSES,
        3,
        {"n_pulses": 3_000_000, "link": laser(0.1, 50), "security": "asymptotic"},
    ),
]


@pytest.mark.parametrize(("reason", "n_pieces", "changes"), CASES)
def test_advice_that_is_followed_leads_to_a_key(reason, n_pieces, changes) -> None:
    # would catch: more pulses where no number of them helps, a length of another mode, an Eve taken as noise
    result = run_session(seed=3, **changes)
    assert result.reason is reason
    assert len(result.advice) >= n_pieces
    for one in result.advice:
        assert one.words in result.report()
        followed = run_session(one.settings)
        assert followed.accepted, one.words
        expected = int(one.words.split("about ")[1].split(" ")[0].replace(",", ""))
        assert 0.5 * expected < followed.key_length < 2 * expected


def test_the_report_names_what_optimise_finds() -> None:
    # the defaults of a biased session at 25 km have too few test bits for 3·10⁷ pulses
    result = run_session(n_pulses=30_000_000, link=decoys(25), z_probability=0.9, seed=1)
    assert not result.accepted
    assert "with the settings that optimise() finds for 30,000,000 pulses: about" in result.report()


def test_decoys_as_they_come_give_a_key_where_users_start() -> None:
    # equal bases, 25 km; at least 0.4 of what the best bias would give
    start = SessionSettings(n_pulses=30_000_000, link=decoys(25), seed=1)
    keys = [run_session(start, seed=seed).key_length for seed in (1, 2, 3)]
    best = next(one for one in advise(start, REASONS.TOO_FEW_PULSES) if "optimise" in one.words)
    assert best.settings.z_probability not in (None, 0.5)
    assert min(keys) > 0.4 * run_session(best.settings).key_length
    assert run_session(start, n_pulses=10_000_000).accepted


def test_no_advice_is_given_against_eve_or_an_error_rate() -> None:
    eve = run_session(n_pulses=50_000, link=IDEAL_LINK, eavesdropper=InterceptResend(), seed=1)
    assert eve.reason is REASONS.QBER_TOO_HIGH
    assert eve.advice == ()
    assert "What would give one" not in eve.report()
    assert run_session(n_pulses=50_000, link=IDEAL_LINK, seed=1).advice == ()
    silent = Link(length_km=500, source=WeakCoherentSource(mean_photon_number=1e-5))
    assert run_session(n_pulses=10_000, link=silent, seed=1).advice == ()


def test_decoys_that_found_eve_are_not_told_to_use_less_light() -> None:
    # would catch: a shorter line as the remedy, where the line as it is would give a key without her
    result = run_session(n_pulses=30_000_000, link=decoys(50), eavesdropper=PhotonNumberSplitting(), seed=3)
    assert result.reason is REASONS.TOO_MANY_MULTIPHOTON_PULSES
    (only,) = result.advice
    assert only.words.startswith("as it is, without Eve: about ")
    assert run_session(only.settings).accepted


def test_advice_leaves_room_for_the_bits_that_are_compared() -> None:
    # a run in which 51 are expected is as likely as not too short again. Would catch: a mean for what comes
    short = SessionSettings(
        n_pulses=1_000, link=Link(length_km=40), sample_fraction=0.02, security="asymptotic", seed=1
    )
    (only,) = advise(short, REASONS.TOO_FEW_SIFTED_BITS)
    assert expected_key(only.settings).n_compared >= 100
    assert all(run_session(only.settings, seed=seed).accepted for seed in range(10))


def test_a_run_too_short_for_its_decoys_is_told_to_be_longer() -> None:
    # few decoys seem to show too much light by chance. Would catch: less light as the remedy, where more
    # pulses of the same light are enough
    short = run_session(n_pulses=400_000, link=decoys(5), z_probability=0.9, seed=60)
    assert short.reason is REASONS.TOO_MANY_MULTIPHOTON_PULSES
    (only,) = short.advice
    assert only.words.startswith("with 20,000,000 pulses: about ")
    assert only.settings.link == short.settings.link
    assert run_session(only.settings).accepted


def test_the_published_formulas_are_told_to_bias_their_bases() -> None:
    # would catch: settings that are refused, so that the report of a session raised
    result = run_session(n_pulses=3_000_000, link=laser(0.5, 25), security="published", seed=3)
    assert result.reason is REASONS.TOO_MANY_MULTIPHOTON_PULSES
    assert "with decoys and z_probability=0.9 and 1,000,000,000 pulses: about" in result.report()


def test_advice_leaves_eve_out() -> None:
    attacked = SessionSettings(
        n_pulses=10**6,
        link=laser(0.1, 25),
        eavesdropper=PhotonNumberSplitting(),
        security="asymptotic",
        seed=1,
    )
    advice = advise(attacked, REASONS.TOO_MANY_MULTIPHOTON_PULSES)
    assert advice
    assert all(one.settings.eavesdropper is None for one in advice)


@pytest.mark.parametrize("protocol", ["SARG04", "E91"])
def test_of_other_protocols_only_too_many_errors_are_certain_to_leave_no_key(protocol: str) -> None:
    def at(error: float) -> SessionSettings:
        link = Link(misalignment_error=error)
        return SessionSettings(n_pulses=1000, seed=1, link=link, protocol=protocol, security="asymptotic")

    assert no_pulses_help(at(0.01)) is None
    hopeless = no_pulses_help(at(0.1))
    assert hopeless is not None
    assert hopeless.by_errors


def test_without_a_proof_nothing_is_said_of_more_pulses() -> None:
    line = Link(misalignment_error=0.2)
    assert (
        no_pulses_help(
            SessionSettings(n_pulses=1000, seed=1, link=line, protocol="B92", security="asymptotic")
        )
        is None
    )
