"""Numbers in the prose that no table holds: each is worked out here, and the text says what came out."""

import json
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from qkdlab import GYS_LINK, IDEAL_LINK, InterceptResend, Link, PhotonNumberSplitting, run_session
from qkdlab.distillation.outcome import AbortReason
from qkdlab.lab import StagePanel
from qkdlab.lab.components.text import words_for
from qkdlab.lab.eavesdropper.controls import ATTACKS
from qkdlab.lab.link.stage_pulses import REACH, is_kept
from qkdlab.quantum.protocols import get_protocol
from qkdlab.session.report import EXPLANATIONS
from qkdlab.values import binary_entropy

ROOT = Path(__file__).resolve().parents[2]


def prose(name: str) -> str:
    """A page or the Markdown of a notebook as one line."""
    text = (ROOT / name).read_text(encoding="utf-8")
    if name.endswith(".ipynb"):
        cells = json.loads(text)["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return " ".join(text.split())


def test_the_settings_of_e91_that_make_the_chsh_value() -> None:
    # would catch: "the others give S", as if all seven did
    protocol = get_protocol("E91")
    alice, bob = [signal.basis for signal in protocol.signals], [basis for basis, _ in protocol.bases]
    pairs = set(product(alice, bob))
    key = {(a, b) for a, b in pairs if a == b}
    test = {(a, b) for a, b, _ in protocol.correlations}
    assert (len(pairs), len(key), len(test), len(pairs - key - test)) == (9, 2, 4, 3)
    assert not key & test
    page = prose("docs/physics.md")
    assert "2/9 of the pairs. Of the other seven combinations four give the CHSH value S" in page
    assert "three serve neither key nor test" in page


@pytest.mark.parametrize(("n_photons", "share"), [(1, Fraction(1, 4)), (2, Fraction(1, 6))])
def test_eve_who_blocks_what_clicks_twice(n_photons: int, share: Fraction) -> None:
    """Intercept-resend with two detectors: in the wrong basis each photon goes to either at random."""
    sent = wrong = Fraction(0)
    for same_basis in (True, False):
        for clicks in product((0, 1), repeat=n_photons):
            if same_basis:
                sent += Fraction(1, 2) / 2**n_photons  # all photons meet one detector: she reads the bit
            elif len(set(clicks)) == 1:  # in the other case two detectors click, and she blocks
                sent += Fraction(1, 2) / 2**n_photons
                wrong += Fraction(1, 2) / 2**n_photons / 2
    assert wrong / sent == share
    assert "it is lower (⅙ in place of ¼ for pulses of two photons)" in prose("docs/architecture.md")


def test_which_photons_are_lost_does_not_depend_on_an_eve_on_the_qubit() -> None:
    link = Link(length_km=25)
    plain, tapped = (
        run_session(n_pulses=200_000, link=link, eavesdropper=eve, seed=3)
        for eve in (None, InterceptResend())
    )
    assert np.array_equal(plain.exchange.slots, tapped.exchange.slots)
    decoys = replace(GYS_LINK, length_km=50)
    free, split = (
        run_session(
            n_pulses=3_000_000, link=decoys, eavesdropper=eve, seed=3, security="asymptotic", shared_bits=0
        )
        for eve in (None, PhotonNumberSplitting())
    )
    assert not np.array_equal(free.exchange.slots, split.exchange.slots)
    assert "nor which photons are lost if she attacks the qubit alone" in prose("docs/architecture.md")


def test_b92_says_that_proofs_exist() -> None:
    # the best measurement that is never wrong tells two states of overlap c apart with probability 1 - c
    zero, plus = np.array([1, 0]), np.array([1, 1]) / np.sqrt(2)
    assert 1 - abs(zero @ plus) == pytest.approx(0.29, abs=0.005)
    page = prose("docs/physics.md")
    assert "sure of 1 - 1/√2 ≈ 29 % of the pulses" in page
    for source in ("Tamaki and Lütkenhaus", "Koashi"):
        assert source in page
        assert source in EXPLANATIONS[AbortReason.NO_PROOF]
    result = run_session(n_pulses=20_000, link=IDEAL_LINK, protocol="B92", seed=1)
    assert result.reason is AbortReason.NO_PROOF
    assert "none built in" in result.report()


def test_a_bit_that_is_guessed_is_not_a_bit_that_is_known() -> None:
    # 75 % of right guesses are worth 0.19 bits if all are alike, and ½ bit if she knows which half is sure
    assert 1 - binary_entropy(0.75) == pytest.approx(0.189, abs=0.001)
    assert InterceptResend().expected_information() == pytest.approx(0.5)
    assert "surer of some bits than of others" in prose("notebooks/03_eavesdroppers.ipynb")


def test_the_stage_of_the_first_notebook_opens_where_the_text_says() -> None:
    # before: it opened at pulse 16, and no word said why
    panel = StagePanel()
    start = panel.stage.position
    assert f"The stage opens after {start} pulses, shortly before the first error" in prose(
        "notebooks/00_start.ipynb"
    )
    panel.eve.value = True
    wrong = [is_kept(pulse) and pulse[0] != pulse[6] for pulse in panel.stage.pulses]
    assert start <= wrong.index(True) < start + REACH
    panel.close()


def test_every_attack_of_the_menu_is_explained() -> None:
    # before: blinding, time shift and faked states stood in the menu and in no notebook
    words, told = words_for("eavesdropper_panel"), prose("notebooks/03_eavesdroppers.ipynb").lower()
    assert not [name for name in ATTACKS[1:] if words[f"attack_{name}"].lower() not in told]
    assert "## attacks on bob's detectors" in told  # where words of the panel send the learner


def test_what_the_challenge_shows_is_explained_before_it() -> None:
    # before: the gains of decoys, three notebooks before anybody says what a decoy is
    text = prose("notebooks/04_loss_noise_detectors.ipynb")
    assert (
        0
        < text.index("**decoys**")
        < text.index("weaker pulses that Alice mixes in at random")
        < text.index("Try the tab **Challenge**")
    )
