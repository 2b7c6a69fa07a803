"""Rows of the tables of docs/physics.md: each is simulated, beside its closed form, with its σ."""

from dataclasses import replace
from math import sqrt

import numpy as np
from qiskit_ibm_runtime import fake_provider
from scipy.optimize import brentq

from qkdlab import (
    GENERIC_LINK,
    GYS_LINK,
    IDEAL_LINK,
    LIM_LINK,
    BeamSplitting,
    CombinedAttack,
    DecoySource,
    Detector,
    DetectorBlinding,
    DeviceSampler,
    EntanglingProbe,
    FakedStates,
    InterceptResend,
    Link,
    OptimalCloner,
    PhotonNumberSplitting,
    SessionResult,
    SessionSettings,
    TimeShift,
    WeakCoherentSource,
    expected_key,
    optimise,
    run_session,
)
from qkdlab.attacks import PhotonAttack
from qkdlab.attacks.attack import Eavesdropper
from qkdlab.attacks.detector_attacks import DetectorAttack
from qkdlab.distillation.channel import Subject
from qkdlab.distillation.estimation.decoys import decoy_bounds
from qkdlab.distillation.estimation.disclosure import SIGNAL
from qkdlab.distillation.estimation.witnesses import ChshEstimate
from qkdlab.distillation.security.proofs import PROOFS
from qkdlab.exchange.expected import expected_sifting
from qkdlab.quantum.circuits import circuit_table
from qkdlab.quantum.protocols import BB84
from qkdlab.session.man_in_the_middle import run_man_in_the_middle
from qkdlab.theory.rates import expected_observations, expected_rate, infinite_decoys
from qkdlab.values import Basis, binary_entropy

ATTACKS: list[Eavesdropper] = [
    InterceptResend(),
    InterceptResend(fraction=0.4),
    InterceptResend(basis="Z"),
    InterceptResend(basis="Breidbart"),
    EntanglingProbe(),
    EntanglingProbe(strength=0.5),
    OptimalCloner(disturbance=0.05),
    OptimalCloner(disturbance=0.11),
    OptimalCloner(disturbance=0.25),
]
DEVICES = ("FakeManilaV2", "FakeLagosV2", "FakeBelemV2")
MEMORIES = ((0, 0.0, 10), (10, 0.0, 10), (100, 0.0, 10), (0, 0.04, 10), (10, 0.04, 10), (100, 0.1, 1))
"""Dead gates, afterpulse probability and mean delay of the table of detectors that remember."""

CHOICES = ((10**8, 10), (10**8, 25), (10**8, 50), (10**9, 50), (10**9, 75))
"""Pulses and distances of the table of chosen numbers."""
DISTANCES_KM = (0, 20, 40, 60, 80, 100, 120, 140, 160, 180)
SPLIT_LINK = Link(
    length_km=50,
    misalignment_error=0.01,
    source=DecoySource(signal=0.5, decoy=0.1),
    detector=Detector(efficiency=0.5, dark_count_probability=1e-5),
)
PHOTON_ATTACKS: list[PhotonAttack] = [
    BeamSplitting(),
    BeamSplitting(fraction=0.5),
    PhotonNumberSplitting(),
    PhotonNumberSplitting(fraction=0.3),
]
COMBINED_LINK = Link(
    insertion_loss_db=4,
    misalignment_error=0.0,
    source=WeakCoherentSource(mean_photon_number=0.6),
    detector=Detector(efficiency=1.0, dark_count_probability=0.0),
)
COMBINED_ATTACKS = [
    CombinedAttack(first=BeamSplitting(), second=InterceptResend(fraction=0.4)),
    CombinedAttack(first=PhotonNumberSplitting(), second=InterceptResend(fraction=0.4)),
    CombinedAttack(first=PhotonNumberSplitting(), second=OptimalCloner(disturbance=0.11)),
]
_DETECTOR = Detector(efficiency=0.1, dark_count_probability=0.0)
DETECTOR_ATTACKS: list[tuple[DetectorAttack, Detector]] = [
    (DetectorBlinding(), _DETECTOR),
    (DetectorBlinding(), replace(_DETECTOR, watches_light=True)),
    (TimeShift(), replace(_DETECTOR, mismatch=0.5)),
    (TimeShift(), replace(_DETECTOR, mismatch=0.1)),
    (TimeShift(), replace(_DETECTOR, mismatch=0.1, random_assignment=True)),
    (FakedStates(), replace(_DETECTOR, mismatch=0.05)),
    (FakedStates(), replace(_DETECTOR, mismatch=0.2)),
    (FakedStates(), replace(_DETECTOR, mismatch=0.05, random_assignment=True)),
]
TOLERABLE = {
    "BB84": "11.0 % (Shor and Preskill, PRL 85, 441 (2000))",
    "six-state": "12.6 % (Scarani et al., RMP 81, 1301 (2009))",
    "three-state": "as BB84 (Tamaki et al., PRA 90, 052314 (2014))",
    "SARG04": "9.68 % (Tamaki and Lo, PRA 73, 010302(R) (2006))",
    "B92": "8.0 %, without loss (6.5 % of Pauli errors: Matsumoto, arXiv:1301.5083)",
    "BBM92": "as BB84",
    "E91": "7.1 % from the CHSH value alone (Acín et al., PRL 98, 230501 (2007))",
}
"""Error rates up to which a key is possible, as published."""
GYS_DISTANCES_KM = (20, 40, 60, 80, 100, 120)
GYS_EFFICIENCY = 1.2
"""Leak over the Shannon limit of the theory beside the runs: about that of the original Cascade."""


def compared(wrong: int, trials: int, expected: float) -> str:
    """Return a simulated share, the expected one and their distance in σ, as three cells."""
    sigma = sqrt(expected * (1 - expected) / trials)
    off = (wrong / trials - expected) / sigma if sigma else 0.0
    if abs(off) > 5 or (not sigma and wrong != expected * trials):
        raise SystemExit(f"{wrong} of {trials} = {wrong / trials:.6f} is {off:.1f}σ from {expected:.6f}")
    return f"{100 * wrong / trials:.3f} % | {100 * expected:.3f} % | {off:+.1f}σ"


def errors_of(result: SessionResult, basis: Basis | None = None) -> tuple[int, int]:
    """Return the wrong and all sifted bits (of signal pulses) of a session, of one basis or of both."""
    kept = result.channel.find(Subject.KEPT)
    if result.exchange.intensities:
        kept = kept & (result.exchange.intensities.choices == SIGNAL)
    alice, bob = result.exchange.alice, result.exchange.bob
    here = kept if basis is None else kept & (alice.bases == basis)
    return int(np.count_nonzero(alice.bits[here] != bob.bits[here])), int(np.count_nonzero(here))


def attack_row(seed: int, attack: Eavesdropper) -> list[str]:
    """Return the row of one attack on 10⁶ pulses of an ideal link."""
    result = run_session(n_pulses=1_000_000, link=IDEAL_LINK, eavesdropper=attack, seed=seed, max_qber=0.5)
    cells = [attack.describe().removesuffix(" of the pulses")]
    for basis in (Basis.Z, Basis.X):
        error = attack.fraction * float(np.mean([tactic.effect(basis).error for tactic in attack.tactics]))
        cells.append(compared(*errors_of(result, basis), error))
    eve = result.eve
    if eve is None or eve.true_guess_rate is None:
        raise SystemExit(f"no record of Eve for {attack}")
    guessed = round(eve.true_guess_rate * eve.n_sifted)
    cells.append(compared(guessed, eve.n_sifted, attack.expected_guess()))
    return [*cells, f"{attack.expected_information():.4f}"]


def distance_row(seed: int, length_km: float) -> list[str]:
    """Return the row of one distance: gain and QBER of 4·10⁶ single photons, detectors of 10 %."""
    link = Link(length_km=length_km, detector=Detector(efficiency=0.1, dark_count_probability=2e-5))
    result = run_session(n_pulses=4_000_000, link=link, seed=seed, max_qber=0.5)
    expected = link.expected_qber()
    if expected is None:
        raise SystemExit(f"no clicks at {length_km} km")
    gain = compared(result.n_detected, 4_000_000, link.expected_gain)
    return [f"{length_km}", gain, compared(*errors_of(result), expected)]


def memory_row(seed: int, dead_gates: int, afterpulses: float, delay: float) -> list[str]:
    """Return the row of one pair of detectors that remember: 2·10⁶ single photons, 10 % of them detected."""
    detector = Detector(
        efficiency=0.1,
        dead_gates=dead_gates,
        afterpulse_probability=afterpulses,
        afterpulse_gates=delay,
    )
    link = Link(detector=detector)
    result = run_session(n_pulses=2_000_000, link=link, seed=seed, max_qber=0.5)
    gain = compared(result.n_detected, 2_000_000, link.expected_gain)
    qber = compared(*errors_of(result), link.expected_qber() or 0.0)
    return [f"{dead_gates}", f"{100 * afterpulses:g} %", f"{delay:g}", gain, qber]


def device_row(seed: int, name: str) -> list[str]:
    """Return the row of one fake device: 400,000 pulses of an ideal link beside its calibration data."""
    backend = getattr(fake_provider, name)()
    table = circuit_table(BB84, (), 0.0)
    errors = DeviceSampler(backend).expected_errors(table)
    result = run_session(n_pulses=400_000, link=IDEAL_LINK, seed=seed, sampler=backend)
    readout = errors[0]  # |0⟩ measured in Z has no gates
    cells = [backend.name, f"{100 * readout:.3f} %"]
    for basis in (Basis.Z, Basis.X):
        rows = [signal * 2 + basis for signal, sent in enumerate(BB84.signals) if sent.basis is basis]
        expected = float(errors[rows].mean())
        cells += [f"{100 * (expected - readout):.3f} %", compared(*errors_of(result, basis), expected)]
    return cells


def photon_attack_row(seed: int, attack: PhotonAttack) -> list[str]:
    """Return the row of one attack on the photons of 2·10⁷ pulses of `SPLIT_LINK`."""
    result = run_session(
        n_pulses=20_000_000, link=SPLIT_LINK, eavesdropper=attack, seed=seed, security="asymptotic"
    )
    eve, record, share = result.eve, result.exchange.intensities, attack.expected_share(SPLIT_LINK)
    if eve is None or record is None or share is None or result.expected_qber is None:
        raise SystemExit(f"nothing detected under {attack}")
    cells = [attack.describe().removesuffix(" of the pulses")]
    cells.append(compared(*errors_of(result), result.expected_qber))
    cells.append(compared(eve.n_certain, eve.n_sifted, share))
    for number, (mean, n_sent) in enumerate(zip(record.means, record.n_sent, strict=True)):
        clicks = int(np.count_nonzero(record.choices == number))
        cells.append(compared(clicks, n_sent, attack.gain_on(SPLIT_LINK, mean)))
    return [*cells, str(result.reason or f"{result.key_length:,} secret bits")]


def combined_attack_row(seed: int, attack: CombinedAttack) -> list[str]:
    """Return the row of two attacks at once: 4·10⁶ laser pulses of 0.6 photons, 4 dB, without noise."""
    result = run_session(
        n_pulses=4_000_000,
        link=COMBINED_LINK,
        eavesdropper=attack,
        seed=seed,
        security="asymptotic",
        max_qber=0.5,
    )
    eve, first = result.eve, attack.first
    if eve is None or eve.true_guess_rate is None or not isinstance(first, PhotonAttack):
        raise SystemExit(f"nothing detected under {attack}")
    kept = first.expected_share(COMBINED_LINK) or 0.0
    error = (1 - kept) * attack.second.expected_error()
    guess = kept + (1 - kept) * attack.second.expected_guess()
    cells = [attack.describe().replace(" of the pulses", ""), compared(*errors_of(result), error)]
    cells.append(compared(round(eve.true_guess_rate * eve.n_sifted), eve.n_sifted, guess))
    return [*cells, f"{kept + (1 - kept) * attack.second.expected_information():.4f}"]


def takeover_row(seed: int, protocol: str) -> list[str]:
    """Return the row of one protocol with a man in the middle: 40 seeds, without tags and with them."""
    cells, qber = [protocol], 0.0
    for shared_bits in (0, 384):
        succeeded = 0
        for number in range(40):
            settings = SessionSettings(
                n_pulses=20_000,
                link=IDEAL_LINK,
                protocol=protocol,
                security="asymptotic",
                shared_bits=shared_bits,
                seed=seed + number,
            )
            found = run_man_in_the_middle(settings)
            succeeded += found.reason is None
            qber = max(qber, found.alice_session.true_qber or 0.0, found.bob_session.true_qber or 0.0)
        cells.append(f"{succeeded} of 40")
        if succeeded != (0 if shared_bits else 40):
            raise SystemExit(f"the man in the middle succeeded with {succeeded} of 40 in {protocol}")
    return [cells[0], f"{100 * qber:.2f} %", *cells[1:]]


def detector_attack_row(seed: int, case: tuple[DetectorAttack, Detector]) -> list[str]:
    """Return the row of one attack on the detectors: 2·10⁷ single photons over 50 km, without other noise."""
    attack, detector = case
    link = Link(length_km=50, misalignment_error=0.0, detector=detector)
    result = run_session(
        n_pulses=20_000_000, link=link, eavesdropper=attack, seed=seed, security="asymptotic"
    )
    eve, effect = result.eve, attack.effect(link)
    if eve is None or eve.true_guess_rate is None:
        raise SystemExit(f"nothing detected under {attack}")
    mismatch = f"r = {detector.mismatch:g}" if detector.mismatch < 1 else "alike"
    guard = " monitored" * detector.watches_light + " random assignment" * detector.random_assignment
    return [
        attack.describe().removesuffix(" on 100 % of the pulses"),
        mismatch + ("," + guard if guard else ""),
        compared(result.n_detected, 20_000_000, link.expected_gain),
        compared(*errors_of(result), effect.error),
        compared(round(eve.true_guess_rate * eve.n_sifted), eve.n_sifted, effect.guess),
        f"{attack.information(link):.4f}",
        str(result.reason or f"{result.key_length:,} secret bits"),
    ]


def protocol_row(seed: int, name: str) -> list[str]:
    """Return the row of one protocol: 10⁶ pulses of an ideal link, without Eve and fully intercepted."""
    cells = [name]
    for eve in (None, InterceptResend()):
        result = run_session(
            n_pulses=1_000_000,
            link=IDEAL_LINK,
            protocol=name,
            security="asymptotic",
            eavesdropper=eve,
            seed=seed,
        )
        protocol = result.settings.protocol_table
        theory = expected_sifting(protocol, IDEAL_LINK, eve)
        heard, kept = (result.channel.find(subject) for subject in (Subject.ANNOUNCED, Subject.KEPT))
        n_key = int(np.count_nonzero(kept & np.isin(heard, protocol.key_announcements)))
        if theory.qber is None or result.true_qber is None:
            raise SystemExit(f"nothing kept in {name}")
        cells.append(compared(n_key, 1_000_000, theory.kept))
        if eve:
            cells.append(compared(round(result.true_qber * n_key), n_key, theory.qber))
    proof = PROOFS.get(protocol.proof)
    if proof is None:
        return [*cells, "–", TOLERABLE[name]]
    knowledge = proof.knowledge

    def secret(error: float) -> float:
        chsh = ChshEstimate(value=sqrt(8) * (1 - 2 * error), standard_error=0.0, n_compared=1)
        return 1 - binary_entropy(error) - knowledge(error, chsh)

    return [*cells, f"{100 * brentq(secret, 0.01, 0.14):.2f} %", TOLERABLE[name]]


def chsh_row(seed: int, share: float) -> list[str]:
    """Return the row of one share of intercepted pairs: 2·10⁶ pairs of E91."""
    eve = InterceptResend(fraction=share)
    result = run_session(
        n_pulses=2_000_000,
        link=IDEAL_LINK,
        protocol="E91",
        security="asymptotic",
        eavesdropper=eve,
        seed=seed,
        max_qber=0.49,
    )
    found = result.distillation.witnesses
    theory = expected_sifting(result.settings.protocol_table, IDEAL_LINK, eve)
    if found is None or found.chsh is None or theory.chsh is None:
        raise SystemExit("no CHSH value")
    off = (found.chsh.value - theory.chsh) / found.chsh.standard_error
    if abs(off) > 5:
        raise SystemExit(f"S = {found.chsh.value} is {off:.1f}σ from {theory.chsh}")
    verdict = str(result.reason or "key accepted")
    return [f"{100 * share:g} %", f"{found.chsh.value:.4f}", f"{theory.chsh:.4f}", f"{off:+.1f}σ", verdict]


def gys_row(seed: int, length_km: float) -> list[str]:
    """Return the row of one distance of the GYS experiment: 10⁹ pulses of signal, decoy and vacuum."""
    link = replace(GYS_LINK, length_km=length_km)
    result = run_session(n_pulses=10**9, link=link, seed=seed, security="asymptotic")
    record, decoys, qber = result.exchange.intensities, result.distillation.decoys, result.expected_qber
    if record is None or decoys is None or qber is None:
        raise SystemExit(f"nothing detected at {length_km} km")
    clicks = int(np.count_nonzero(record.choices == SIGNAL))
    exact, true = decoy_bounds(*expected_observations(link)), infinite_decoys(link)
    kinds = (decoys.bounds, exact, true)
    return [
        f"{length_km:g}",
        compared(clicks, record.n_sent[SIGNAL], link.signal_link.expected_gain),
        compared(*errors_of(result), qber),
        " | ".join(f"{bounds.yield_lower:.3e}" for bounds in kinds),
        " | ".join(f"{100 * bounds.error_upper:.2f} %" for bounds in kinds),
        f"{result.key_length / record.n_sent[SIGNAL]:.2e}",
        f"{max(0.0, expected_rate(link, efficiency=GYS_EFFICIENCY)):.2e}",
    ]


def chosen_row(seed: int, case: tuple[int, float]) -> list[str]:
    """Return the row of one number of pulses and one distance: the best settings, and a session of them."""
    n_pulses, length_km = case
    link = replace(GENERIC_LINK, length_km=length_km, source=LIM_LINK.source)
    best = optimise(n_pulses=n_pulses, link=link, seed=seed)
    source = best.settings.link.source
    if not isinstance(source, DecoySource):
        raise SystemExit(f"no decoys at {length_km} km")
    signal, decoy = (round(p, 2) for p in (source.signal_probability, source.decoy_probability))
    rounded = replace(
        source,
        signal=round(source.signal, 2),
        decoy=round(source.decoy, 2),
        signal_probability=signal,
        decoy_probability=decoy,
        vacuum_probability=round(1 - signal - decoy, 2),
    )
    settings = replace(
        best.settings,
        link=replace(link, source=rounded),
        z_probability=round(best.settings.z_probability or 0.5, 2),
        sample_fraction=float(f"{best.settings.sample_fraction:.1g}"),
    )
    expected, result = expected_key(settings), run_session(settings)
    if not 0.7 < result.key_length / expected.key_length < 1.4:
        raise SystemExit(f"{result.key_length} bits at {length_km} km, expected {expected.key_length}")
    return [
        f"{n_pulses:,}",
        f"{length_km:g}",
        f"{rounded.signal:g}",
        f"{rounded.decoy:g}",
        " / ".join(f"{100 * choice.probability:.0f}" for choice in rounded.intensities) + " %",
        f"{100 * (settings.z_probability or 0.5):.0f} %",
        f"{100 * settings.sample_fraction:g} %",
        f"{expected.rate:.1e}",
        f"{result.key_length / n_pulses:.1e}",
    ]
