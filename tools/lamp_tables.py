"""Write the table of docs/lamps.md: every scenario of every panel, its two lamps, and what is true.

    python -m tools.lamp_tables            write it
    python -m tools.lamp_tables --check    write nothing; exit status 1 if it is not what is made now

The truth is found anew from the record of a run, and a lamp that disagrees ends the program with an error.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from qkdlab import (
    IDEAL_LINK,
    AsymptoticSecurity,
    Detector,
    InterceptResend,
    Link,
    SessionSettings,
    run_session,
)
from qkdlab.attacks.detector_attacks import FakedStates, TimeShift
from qkdlab.delivery.encryptor.rotation import Starvation
from qkdlab.distillation.channel import Party, Subject
from qkdlab.distillation.outcome import TOO_FEW
from qkdlab.errors import KeyExhausted
from qkdlab.lab.components.text import number_text, words_for
from qkdlab.lab.delivery import lamps as encryptor_lamps
from qkdlab.lab.delivery.delivery_settings import DeliverySettings
from qkdlab.lab.delivery.presets import SCENARIOS
from qkdlab.lab.distillation.presets import DISTILLATION_PRESETS
from qkdlab.lab.eavesdropper.controls import ATTACKS, SLIDERS, values_of, with_values
from qkdlab.lab.eavesdropper.presets import ATTACK_PRESETS
from qkdlab.lab.link.presets import PRESETS
from qkdlab.lab.link_budget.presets import BUDGET_PRESETS
from qkdlab.lab.network import report as network_report
from qkdlab.lab.network.forms import CHAIN, MESH, THREE_PATHS, TWO_PATHS, WAYS
from qkdlab.lab.network.network_run import NetworkRun, run_network
from qkdlab.lab.network.presets import QUESTIONS
from qkdlab.lab.network.settings import NetworkSettings
from qkdlab.lab.sessions.ending import eve_lamp, verdict_state
from qkdlab.session.session import SessionResult
from qkdlab.values import binary_entropy
from tools.encryptor_truth import encryptor_truth, visited, watched_run
from tools.pages import table, write

PANELS = {
    "link_panel": PRESETS,
    "eavesdropper_panel": ATTACK_PRESETS,
    "link_budget_panel": BUDGET_PRESETS,
    "distillation_panel": DISTILLATION_PRESETS,
}
"""Panels that run a session: the section of their words, and their scenarios."""

LINE = Link(length_km=25)
OTHERS = {
    "faked states, one detector blind at the edge": SessionSettings(
        n_pulses=300_000,
        seed=3,
        link=replace(LINE, detector=Detector(mismatch=0.0)),
        eavesdropper=FakedStates(),
        security=AsymptoticSecurity(),
    ),
    "time shift, textbook mode": SessionSettings(
        n_pulses=300_000,
        seed=3,
        link=replace(LINE, detector=Detector(mismatch=0.25)),
        eavesdropper=TimeShift(),
        security=AsymptoticSecurity(),
    ),
    "time shift, bits assigned at random": SessionSettings(
        n_pulses=300_000,
        seed=3,
        link=replace(LINE, detector=Detector(mismatch=0.25, random_assignment=True)),
        eavesdropper=TimeShift(),
        security=AsymptoticSecurity(),
    ),
    "800 pulses, textbook mode, Eve reads one in twelve": SessionSettings(
        n_pulses=800,
        seed=8,
        link=IDEAL_LINK,
        eavesdropper=InterceptResend(fraction=0.08),
        security=AsymptoticSecurity(),
        shared_bits=0,
    ),
}
"""Scenarios that no menu has: each breaks an assumption in another way, or mends it."""

NETWORKS = {
    "ring, two paths and a traitor on each": NetworkSettings(compromised=("B", "D"), way=TWO_PATHS),
    "mesh, two of three shares are enough, traitors on two": NetworkSettings(
        form=MESH, compromised=("D", "E"), way=THREE_PATHS
    ),
    "chain, Eve on the only way, keys in store": NetworkSettings(form=CHAIN, eve=(("A", "B"),)),
    "chain, Eve on the only way, nothing in store": NetworkSettings(
        form=CHAIN, eve=(("A", "B"),), stored=False
    ),
}
"""The same for networks."""

ENCRYPTORS = {
    f"Eve on the quantum link, the store empty: {policy.value}": DeliverySettings(
        eve=True, rotate_seconds=2.0, starvation=policy, breaks_pqc=True
    )
    for policy in Starvation
} | {
    "Eve breaks ML-KEM and has the KMEs' keys": DeliverySettings(breaks_pqc=True, has_qkd_keys=True),
    "Eve breaks ML-KEM, keys of both": DeliverySettings(breaks_pqc=True),
    "Eve has the KMEs' keys, keys of both": DeliverySettings(has_qkd_keys=True),
    "nobody on the data link": DeliverySettings(on_the_line="nobody"),
}
"""The same for encryptors."""

ENCRYPTOR_SECONDS = 18.0

EVE_READS = {"eve_nobody": "none", "eve_blind": "safe", "eve_reads": "knows"}
"""What can be true of Eve between two encryptors, each with the state of her lamp."""

EVE_STATES = {"nobody": "none", "no_key": "none", "safe": "safe", "some": "knows", "all": "knows"}
"""What can be true of Eve, each with the state of her lamp."""

TOO_CLOSE = 10.0
"""Where what Eve lacks and the key differ by fewer bits, counting cannot tell which is more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A scenario, what its lamps show, and what they should.

    Parameters
    ----------
    panel, scenario
        Where it is to be found.
    verdict, title
        State and words of the first lamp.
    eve, eve_title
        The same of the second.
    true_verdict, true_eve
        The first lamp's state that the record of the run calls for, and one of `EVE_STATES`.
    told
        What was found there.
    """

    panel: str
    scenario: str
    verdict: str
    title: str
    eve: str
    eve_title: str
    true_verdict: str
    true_eve: str
    told: str

    @property
    def is_true(self) -> bool:
        """Whether both lamps show what is true."""
        words = words_for("eve_lamp") | words_for("encryptor_lamps")
        eve = (EVE_STATES | EVE_READS)[self.true_eve], words[self.true_eve]
        return (self.verdict, self.eve, self.eve_title) == (self.true_verdict, *eve)


def open_bits(result: SessionResult) -> float:
    """Return how many bits Eve lacks of what the key was made from: counted in the run, no formula of ours.

    Alice's bits are sorted by all that Eve has of each: what was announced, what she did, and what she found.
    A heap of n bits, k of them 1, leaves n h(k/n) open; what Alice said of them to correct errors comes off.
    """
    record, channel = result.exchange, result.channel
    used = channel.find(Subject.KEPT).copy()
    used[used] = ~channel.find(Subject.SAMPLE)
    columns = channel.find(Subject.ANNOUNCED), record.eve.tactics, record.eve.outcomes
    heaps = np.stack([np.asarray(column)[used] for column in columns])
    bits, left = record.alice.bits[used], 0.0
    for heap in np.unique(heaps, axis=1).T:
        found = bits[(heaps == heap[:, np.newaxis]).all(axis=0)]
        left += len(found) * binary_entropy(float(found.mean()))
    return left - channel.leaked_bits(Party.ALICE)


def session_truth(result: SessionResult) -> tuple[str, str, str]:
    """Return what the lamps of a session should show, and why."""
    alone = result.settings.eavesdropper is None
    if result.reason is not None:
        state = "too_few" if result.reason in TOO_FEW else "rejected"
        return state, "nobody" if alone else "no_key", "no key was made"
    if alone:
        return "accepted", "nobody", "nobody but Alice and Bob was there"
    lacks, made = max(0.0, open_bits(result)), result.distillation.n_amplified
    if abs(lacks - made) < TOO_CLOSE:
        raise SystemExit(f"{result!r}: she lacks {lacks:.1f} bits, the key has {made}: too close to tell")
    told = f"she lacks {number_text(round(lacks))} bits, the key has {number_text(made)}"
    if lacks > made:
        return "accepted", "safe", told
    return "broken", "some" if lacks else "all", told


def network_truth(run: NetworkRun) -> tuple[str, str, str]:
    """Return what the lamps of a network should show, and why: who stands on the ways of the key."""
    settings, fallen = run.settings, set(run.settings.compromised)
    if run.relayed is None:
        state = "too_few" if isinstance(run.failure, KeyExhausted) else "rejected"
        return state, "no_key", "no key was made"
    if not fallen and not settings.eve:
        return "accepted", "nobody", "every node keeps its secrets"
    tapped = {frozenset(ends) for ends in settings.eve}
    fresh = [] if run.stock_bits is not None else [pairwise(path) for path in run.paths]
    if any(frozenset(hop) in tapped for path in fresh for hop in path):
        raise SystemExit(f"{run!r}: a key came over a fibre with Eve on it")
    if not fallen:
        return "accepted", "safe", "no hop of the key was made with Eve on its fibre"
    way = WAYS[settings.way]
    needed = way.threshold or way.n_paths
    held = sum(bool(fallen & set(path[1:-1])) for path in run.paths)
    told = f"compromised nodes stand on {held} of {len(run.paths)} ways, and {needed} make the key"
    if fallen & {settings.a, settings.b} or held >= needed:
        return "broken", "all", told
    return "accepted", "safe", told


def sessions() -> Iterator[tuple[str, str, SessionSettings]]:
    """Yield panel, scenario and settings of every session."""
    for section, presets in PANELS.items():
        for name, preset in presets.items():
            yield section, words_for(section)[f"preset_{name}"], preset.settings
    words, start = words_for("eavesdropper_panel"), ATTACK_PRESETS["all"].settings
    values = {name: first for name, (first, _) in SLIDERS.items()} | values_of(start)
    for attack in ATTACKS:
        settings = with_values(start, values | {"attack": attack})
        yield "eavesdropper_panel", f"menu: {words[f'attack_{attack}']}", settings
    for name, settings in OTHERS.items():
        yield "", name, settings


def rows() -> list[Row]:
    """Run every scenario, and set its lamps beside what is true."""
    found = []
    for section, scenario, settings in sessions():
        result = run_session(settings)
        shown: dict[str, Any] = eve_lamp(result) or {}
        found.append(
            _row(
                section, scenario, verdict_state(result), result.true_verdict[0], shown, session_truth(result)
            )
        )
    words = words_for("network_panel")
    networks = {words[f"preset_{name}"]: question.settings for name, question in QUESTIONS.items()}
    for scenario, asked in (networks | NETWORKS).items():
        run = run_network(asked, lambda share: None)
        state, title, _ = network_report.verdict(run)
        shown = network_report.eve_lamp(run)
        found.append(_row("network_panel", scenario, state, title, shown, network_truth(run)))
    return [*found, *encryptor_rows()]


def encryptor_rows() -> Iterator[Row]:
    """Run every scenario of the encryptor panel, and those of `ENCRYPTORS`, whose Eve comes later."""
    words = words_for("encryptor_panel")
    menu = {words[f"preset_{name}"]: preset.settings for name, preset in SCENARIOS.items()}
    for scenario, settings in (menu | ENCRYPTORS).items():
        then = visited(settings, empty=scenario in ENCRYPTORS)
        now, eve, recent = watched_run(settings, ENCRYPTOR_SECONDS, then)
        state, title, _ = encryptor_lamps.verdict(now)
        truth = encryptor_truth(settings, now, eve, recent)
        yield _row("encryptor_panel", scenario, state, title, encryptor_lamps.eve_lamp(now), truth)


def _row(
    section: str, scenario: str, verdict: str, title: str, eve: dict[str, Any], truth: tuple[str, str, str]
) -> Row:
    true_verdict, true_eve, told = truth
    return Row(
        panel=section.removesuffix("_panel").replace("_", " ") or "–",
        scenario=scenario,
        verdict=verdict,
        title=title,
        eve=eve["state"],
        eve_title=eve["title"],
        true_verdict=true_verdict,
        true_eve=true_eve,
        told=told,
    )


def tables(found: Sequence[Row]) -> dict[str, str]:
    """Return the table by the name of its place on the page; refuse a lamp that does not tell the truth."""
    for row in found:
        if not row.is_true:
            raise SystemExit(f"the lamps are not true: {row}")
    head = ["panel", "scenario", "verdict", "Eve lamp", "found in the run", "true?"]
    lines = [
        (row.panel, row.scenario, row.title, row.eve_title, row.told, "yes" if row.is_true else "no")
        for row in found
    ]
    return {"lamps": table(head, lines)}


def main(arguments: Sequence[str]) -> None:
    """Write the table, or compare it with `--check`."""
    write("lamps.md", tables(rows()), "tools/lamp_tables.py", arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
