"""Finite-key lengths with decoys against the papers they come from, and the ordering of one and two decoys.

Lim et al., PRA 89, 022307 (2014), Sec. IV: channel, detectors and fixed parameters; Rusca et al., APL 112,
171104 (2018), App. B. `gallery_runs.papers` has their formulas once more, as printed; ours differ in that a
lower bound on a number of errors is never below 0, which the papers do not say.
"""

from dataclasses import replace
from math import log2

import numpy as np
import pytest
from scipy.optimize import minimize

from gallery_runs import papers
from gallery_runs.papers import best_lim_rate, best_rusca_rate, lim_as_printed, lim_counts, lim_rate
from qkdlab.distillation.estimation.finite_decoys import DecoyCounts, DecoyPlan, PartCounts
from qkdlab.distillation.estimation.published_decoys import published_balance, published_bounds
from qkdlab.values import binary_entropy

# optima of an independent search at 100 km: n, (μ₁, μ₂, p₁, p₂, p_X), secret bits per pulse as printed
OPTIMA = [
    (1e5, (0.45724702, 0.16171717, 0.10044364, 0.56117247, 0.6336702), 1.040e-5),
    (1e7, (0.41444426, 0.21642234, 0.38442707, 0.43918341, 0.85051418), 4.766e-5),
    (1e9, (0.43839645, 0.16871825, 0.7559863, 0.15501605, 0.92727593), 8.537e-5),
]


@pytest.mark.parametrize(("n", "parameters", "rate"), OPTIMA)
def test_two_decoys(n, parameters, rate) -> None:
    printed, ours = (lim_rate(n, parameters, printed=printed) for printed in (True, False))
    assert printed == pytest.approx(rate, rel=2e-3)
    assert printed <= ours < 1.16 * printed  # never below 0 errors: worth most where few are seen


def climbed_lim_rate(n, parameters) -> float:
    """Return our best rate near the parameters; a search everywhere finds no better one."""
    found = minimize(lambda x: -1e7 * lim_rate(n, tuple(x), printed=False), parameters, method="Nelder-Mead")
    return -found.fun / 1e7


def test_more_bits_give_a_higher_rate_as_published() -> None:
    # "about 1.75" between 10⁷ and 10⁹ bits at 100 km; ours 1.71 at our optima and 1.79 as printed
    printed = lim_rate(*OPTIMA[2][:2], printed=True) / lim_rate(*OPTIMA[1][:2], printed=True)
    rates = []
    for n, known in ((1e9, OPTIMA[2][1]), (1e7, OPTIMA[1][1])):
        rates.append(climbed_lim_rate(n, known))
        assert rates[-1] >= lim_rate(n, known, printed=False)
    ours = rates[0] / rates[1]
    assert printed == pytest.approx(1.79, abs=0.005)
    assert ours == pytest.approx(1.71, abs=0.005)
    assert ours < 1.75 < printed


def test_detectors_lose_light_that_errs_like_light_that_clicks(monkeypatch) -> None:
    # to the letter the fibre alone does in Lim's errors: 10⁴ bits give no key at 100 km; theirs reach 135
    def to_the_letter(n_key, km, plan, bias) -> tuple[float, PartCounts, PartCounts]:
        pulses, *bases = lim_counts(n_key, km, plan, bias)
        light = np.array(plan.means) * 10 ** (-0.02 * km)
        more = pulses * np.array(plan.probabilities) * 5e-3 * (np.exp(-0.1 * light) - np.exp(-light))
        key, test = (
            replace(one, errors=one.errors + share * more)
            for one, share in zip(bases, (bias**2, (1 - bias) ** 2), strict=True)
        )
        return pulses, key, test

    assert best_lim_rate(1e4, printed=True) > 0
    monkeypatch.setattr(papers, "lim_counts", to_the_letter)
    assert best_lim_rate(1e4, printed=True) < 0


@pytest.mark.parametrize("loss_db", [10, 20, 40])
def test_one_decoy_beats_two_for_ten_million_bits(loss_db) -> None:
    # Rusca et al.: up to 10⁸ bits one decoy is better in almost all settings
    one, two = (best_rusca_rate(loss_db, two=two) for two in (False, True))
    assert one > two > 0
    assert one < 1.25 * two
    if loss_db == 40:
        # an independent search found 5.07 and 4.41 kbit/s at 1 GHz, the latter with errors below 0; at this
        # loss the dead time is nothing
        assert 1e9 * one == pytest.approx(5.07e3, rel=0.01)
        assert 4.41e3 < 1e9 * two < 1.15 * 4.41e3


PLAN_ONE = DecoyPlan(means=(0.45, 0.15), probabilities=(0.5, 0.5))
PLAN_TWO = DecoyPlan(means=(0.45, 0.12, 2e-4), probabilities=(0.5, 0.3, 0.2))


def test_bounds_enclose_the_truth() -> None:
    # exact counts of Lim's model at 50 km; the true numbers of empty and single-photon bits are known
    for plan in (PLAN_ONE, PLAN_TWO):
        pulses, key, test = lim_counts(1e8, 50, plan, 0.8)
        bounds = published_bounds(DecoyCounts(plan=plan, key=key, test=test), epsilon_secrecy=1e-9)
        eta, dark, after = 0.1 * 10**-1, 6e-7, 0.04
        empty = pulses * 0.64 * plan.photons(0) * 2 * dark * (1 + after)
        single = pulses * 0.64 * plan.photons(1) * (1 - (1 - 2 * dark) * (1 - eta)) * (1 + after)
        assert bounds.empty <= empty
        assert 0.85 * single < bounds.single < 1.001 * single
        assert 0.02 < bounds.phase_error < 0.06


@pytest.mark.parametrize("plan", [PLAN_ONE, PLAN_TWO], ids=["one decoy", "two decoys"])
def test_less_is_never_more(plan) -> None:
    _, key, test = lim_counts(1e7, 50, plan, 0.8)

    def length(leaked: float = 0.0, noise: float = 1.0, size: float = 1.0, epsilon: float = 1e-9) -> int:
        def some(basis: PartCounts) -> PartCounts:
            return PartCounts(detected=size * basis.detected, errors=size * noise * basis.errors)

        balance = published_balance(
            DecoyCounts(plan=plan, key=some(key), test=some(test)),
            leaked_bits=leaked,
            epsilon_secrecy=epsilon,
            epsilon_correctness=1e-15,
        )
        return max(0, int(balance))

    assert length() > 0
    assert length(leaked=1000) in (length() - 1000, length() - 1001, length() - 999)
    assert length(leaked=1e9) == 0
    assert length(noise=1.5) < length()
    assert length(noise=30) == 0
    assert length(size=0.5) < 0.5 * length()
    assert length(size=1e-6) == length(size=0) == 0
    assert length(epsilon=1e-15) < length()


@pytest.mark.parametrize(("plan", "parts"), [(PLAN_ONE, 19), (PLAN_TWO, 21)], ids=["one decoy", "two decoys"])
def test_the_length_is_as_printed(plan, parts) -> None:
    # s₀ + s₁ [1 - h(φ)] - leak - 6 log₂(m / ε_sec) - log₂(2 / ε_cor), to the bit: would catch m forgotten (26
    # bits) or another power of ε, which the rates of long keys do not show
    _, key, test = lim_counts(1e9, 50, plan, 0.8)
    counts = DecoyCounts(plan=plan, key=key, test=test)
    bounds = published_bounds(counts, epsilon_secrecy=1e-9)
    if plan is PLAN_TWO:
        assert (bounds.empty, bounds.single) == pytest.approx(lim_as_printed(plan, key, test, 1e-9)[:2])
    length = bounds.empty + bounds.single * (1 - binary_entropy(bounds.phase_error)) - 1e6
    length -= 6 * log2(parts) + 6 * log2(1e9) + log2(2) + log2(1e15)
    found = published_balance(counts, leaked_bits=1e6, epsilon_secrecy=1e-9, epsilon_correctness=1e-15)
    assert found == pytest.approx(length, abs=1e-3)
