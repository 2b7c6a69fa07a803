"""Rows of the tables of docs/physics.md on finite keys: published formulas beside exact limits."""

from dataclasses import replace
from functools import cache
from math import floor

import numpy as np
from scipy.stats import hypergeom

from qkdlab import (
    GENERIC_LINK,
    IDEAL_LINK,
    LIM_LINK,
    RUSCA_LINK,
    DecoySource,
    Detector,
    FiniteSecurity,
    PublishedSecurity,
    SessionSettings,
    expected_key,
    optimise,
)
from qkdlab.distillation.estimation.count_limits import rest_upper_limit
from qkdlab.distillation.estimation.finite_decoys import DecoyCounts, DecoyPlan, PartCounts
from qkdlab.distillation.estimation.published_decoys import sampling_margin
from qkdlab.values import binary_entropy

FAILURE = 1e-10 / 21
"""What either limit is asked for: the part of ε_sec = 10⁻¹⁰ that two decoys leave it in Lim et al. 2014."""

SAMPLES = [(10**4, 10**6, seen) for seen in (0, 1, 3, 10, 20, 30, 60, 100, 300, 1000)]
SAMPLES += [(10**3, 10**5, seen) for seen in (0, 10, 30)] + [(10**6, 10**6, seen) for seen in (0, 100, 10**4)]

BRIGHT = DecoySource(
    signal=0.6, decoy=0.2, signal_probability=0.6, decoy_probability=0.4, vacuum_probability=0
)
PERFECT = replace(IDEAL_LINK, source=BRIGHT, detector=Detector(efficiency=1.0, dark_count_probability=0.0))
KEYS = [
    ("no loss, no noise", PERFECT, 10**9, 0.9913),
    ("no loss, no noise", PERFECT, 10**9, 0.98),
    *(("generic", replace(GENERIC_LINK, length_km=25, source=DecoySource()), n, 0.9) for n in (10**8, 10**9)),
    *(
        ("generic", replace(GENERIC_LINK, length_km=25, source=DecoySource()), n, 0.8)
        for n in (3 * 10**7, 10**8)
    ),
    *(("Lim et al.", replace(LIM_LINK, length_km=km), 10**9, 0.85) for km in (20, 50)),
    *(("Rusca et al.", replace(RUSCA_LINK, length_km=km), 10**9, 0.85) for km in (50, 100)),
]


def sampling_row(case: tuple[int, int, int]) -> list[str]:
    """Return the row of one sample: both limits, and how often each fails at the next whole number."""
    n_sample, n_rest, seen = case
    rate = seen / n_sample
    told = {
        "published": (rate + sampling_margin(FAILURE, rate, n_sample, n_rest)) * n_rest,
        "exact": rest_upper_limit(n_sample, n_rest, seen, FAILURE),
    }
    row = [f"{n_sample:,}", f"{n_rest:,}", f"{seen:,}"]
    for limit in told.values():
        wrong = seen + floor(limit) + 1
        failure = float(hypergeom.cdf(seen, n_sample + n_rest, wrong, n_sample))
        row += [f"{100 * limit / n_rest:.3f} %", f"{failure / FAILURE:.2g}"]
    return row


@cache
def best_key(settings: SessionSettings) -> int:
    """Return the length of the expected key with the best numbers."""
    return optimise(settings).key_length


def key_row(case: tuple[str, object, int, float]) -> list[str]:
    """Return the row of one line: the expected key by the published formula and by exact limits."""
    name, link, n_pulses, bias = case
    settings = SessionSettings(n_pulses=n_pulses, seed=1, link=link, z_probability=bias, sample_fraction=0.02)
    lengths = [
        expected_key(replace(settings, security=mode)).key_length
        for mode in (PublishedSecurity(), FiniteSecurity())
    ]
    even = expected_key(replace(settings, z_probability=None, sample_fraction=0.25)).key_length
    best = best_key(replace(settings, z_probability=None))
    decoys = "two" if len(link.source.intensities) == 3 else "one"
    ratio = f"{lengths[1] / lengths[0]:.3f}" if lengths[0] else "–"
    return [
        name,
        f"{link.length_km:g}",
        decoys,
        f"{n_pulses:,}",
        f"{100 * bias:g} %",
        *(f"{length:,}" for length in lengths),
        ratio,
        f"{even:,}",
        f"{best:,}",
    ]


def attack_row(case: tuple[float, float, float]) -> list[str]:
    """Return the row of the constructed attack: what is secret, and what is claimed when X shows no error."""
    n_pulses, bias, error = case
    plan = DecoyPlan(means=(0.6, 0.2), probabilities=(0.6, 0.4))
    means, chances = np.array(plan.means), np.array(plan.probabilities)
    ones = n_pulses * chances * np.exp(-means) * means
    clicks = ones * (1 + means / 2)
    key, test = (
        PartCounts(detected=share * clicks, errors=np.zeros(2)) for share in (bias**2, (1 - bias) ** 2)
    )
    claims = []
    for mode in (PublishedSecurity(), FiniteSecurity()):
        bounds = mode.decoy_bounds(DecoyCounts(plan=plan, key=key, test=test))
        claims.append(bounds.empty + bounds.single * (1 - binary_entropy(bounds.phase_error)))
    secret = bias**2 * ones.sum() * (1 - binary_entropy(error))
    unseen = (1 - error) ** ((1 - bias) ** 2 * ones.sum()) / 1e-10
    return [
        f"{n_pulses:.0e}",
        f"{100 * bias:g} %",
        f"{100 * error:.3f} %",
        f"{unseen:.0f}",
        f"{floor(secret):,}",
        *(f"{floor(claim):,}" for claim in claims),
    ]


CONSTRUCTED = [(1e9, 0.9913, 1.11e-3), (1e10, 0.99662, 5.8e-4)]
"""Pulses, how often Z is chosen, and the errors that Eve's probe makes in X."""
