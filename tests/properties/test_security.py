"""Key lengths for any evidence: never negative, never above what was not told, never longer for the worse."""

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qkdlab import AsymptoticSecurity, FiniteSecurity
from qkdlab.distillation.estimation.error_rate import QberEstimate
from qkdlab.distillation.estimation.witnesses import Witnesses
from qkdlab.distillation.security.evidence import Evidence
from qkdlab.distillation.security.mode import Security
from qkdlab.distillation.verification import tag_length

EPSILONS = st.sampled_from([1e-100, 1e-15, 1e-10, 1e-6, 0.1])
MODES = st.one_of(
    st.builds(FiniteSecurity, epsilon_secrecy=EPSILONS, epsilon_correctness=EPSILONS),
    st.builds(AsymptoticSecurity, epsilon_correctness=EPSILONS),
)
ERROR_RATES = st.one_of(st.just(0.0), st.floats(0, 0.12), st.floats(0, 1))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Security, Evidence]:
    """A mode, and evidence of a run of BB84 or, in the textbook mode, of six states."""
    mode = draw(MODES)
    n = draw(st.one_of(st.integers(1, 2_000), st.integers(1, 10**8)))
    k = draw(st.one_of(st.integers(1, 500), st.integers(1, 10**8)))
    n_detected = 2 * (n + k)
    evidence = Evidence(
        n_pulses=draw(st.integers(n_detected, 10**3 * n_detected)),
        n_detected=n_detected,
        n_key=n,
        witnesses=Witnesses(estimate=QberEstimate(n_sample=k, n_errors=round(k * draw(ERROR_RATES)))),
        leaked_bits=round(n * draw(st.floats(0, 1.2))),
        tag_bits=tag_length(n, mode.epsilon_correctness),
        multiphoton_probability=draw(st.one_of(st.just(0.0), st.floats(0, 0.01), st.floats(0, 1))),
        proof=draw(st.sampled_from(["BB84", "six-state"])) if mode.uses_decoys else "BB84",
    )
    return mode, evidence


@settings(derandomize=True, deadline=None, max_examples=400)
@given(cases())
def test_never_negative_and_never_above_what_was_not_told(case) -> None:
    # would catch a leak or a tag that is not charged, and max(1, …)
    mode, evidence = case
    length = mode.key_length(evidence)
    assert isinstance(length, int)
    assert 0 <= length <= max(0, evidence.n_key - evidence.leaked_bits - evidence.tag_bits)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(cases(), st.integers(1, 10**6), st.floats(0, 1))
def test_more_leak_more_pulses_and_more_photons_never_lengthen_the_key(case, more, share) -> None:
    mode, evidence = case
    worse = [replace(evidence, leaked_bits=evidence.leaked_bits + more)]
    worse.append(replace(evidence, n_pulses=evidence.n_pulses + more))
    chance = evidence.multiphoton_probability
    worse.append(replace(evidence, multiphoton_probability=chance + share * (1 - chance)))
    length = mode.key_length(evidence)
    assert all(mode.key_length(changed) <= length for changed in worse)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(cases(), ERROR_RATES)
def test_more_errors_never_lengthen_the_key(case, share) -> None:
    mode, evidence = case
    sample = evidence.witnesses.estimate
    most = sample.n_sample // 2  # more would be Bob's bits reversed
    assume(sample.n_errors < most)
    estimate = replace(sample, n_errors=sample.n_errors + round(share * (most - sample.n_errors)))
    worse = replace(evidence, witnesses=Witnesses(estimate=estimate))
    assert mode.key_length(worse) <= mode.key_length(evidence)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(cases(), st.floats(0, 1))
def test_a_shorter_key_with_the_same_leak_never_gives_more(case, share) -> None:
    mode, evidence = case
    fewer = max(1, round(share * evidence.n_key))
    assert mode.key_length(replace(evidence, n_key=fewer)) <= mode.key_length(evidence)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(cases(), st.integers(2, 1000))
def test_a_shorter_run_of_the_same_rates_never_gives_more_a_bit(case, factor) -> None:
    # would catch a margin that shrinks with the sample; the textbook knows no margins, only rounding
    mode, evidence = case
    sample = evidence.witnesses.estimate
    estimate = replace(sample, n_sample=factor * sample.n_sample, n_errors=factor * sample.n_errors)
    counts = ("n_pulses", "n_detected", "n_key", "leaked_bits")
    longer = {name: factor * getattr(evidence, name) for name in counts}
    long_run = replace(evidence, witnesses=Witnesses(estimate=estimate), **longer)
    assert factor * mode.key_length(evidence) <= mode.key_length(long_run)


def test_the_cases_do_give_keys() -> None:
    # the properties above would hold for modes that never give one
    sample = Witnesses(estimate=QberEstimate(n_sample=20_000, n_errors=200))
    evidence = Evidence(
        n_pulses=10**6, n_detected=10**5, n_key=30_000, witnesses=sample, leaked_bits=5_000, tag_bits=34
    )
    assert FiniteSecurity().key_length(evidence) > 5_000
    assert AsymptoticSecurity().key_length(evidence) > FiniteSecurity().key_length(evidence)
