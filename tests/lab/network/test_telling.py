"""What the network panel says beside its numbers: what tags take, and what is too few."""

import re
from dataclasses import replace

import pytest

from qkdlab.distillation.outcome import TOO_FEW
from qkdlab.lab import NetworkPanel, NetworkSettings, star_figure
from qkdlab.lab.components.text import rate_text
from qkdlab.lab.network.boxes.compare import comparison
from qkdlab.lab.network.forms import CHAIN, POINT, SWITCH_STAR, TRUSTED_STAR
from qkdlab.lab.network.network_run import run_network
from qkdlab.lab.network.report import report_rows, verdict
from qkdlab.lab.network.view import figures, map_traits

FAR = NetworkSettings(form=POINT, b="B", length_km=150.0, stored=False)


def test_of_a_line_too_long_photons_are_said_to_be_too_few_and_not_pulses() -> None:
    run = run_network(FAR, lambda share: None)
    (link,) = map_traits(run)["links"]
    assert link["note"] == "no key: too few photons arrive in one session"
    told = verdict(run)[2]
    assert "too few photons arrive in one session" in told
    assert "too few pulses" not in told + link["note"]
    heard = run_network(replace(FAR, length_km=25.0, eve=(("A", "B"),)), lambda share: None)
    (link,) = map_traits(heard)["links"]
    assert link["note"] == "sessions abort: QBER too high"


def test_the_rate_of_a_key_that_is_passed_on_and_that_of_its_link_differ_by_the_tags() -> None:
    run = run_network(NetworkSettings(form=CHAIN), lambda share: None)
    told = dict(report_rows(run))["Key rate"]
    made = run.slowest.bits_per_second
    assert told.startswith(f"{rate_text(made * 256 / 384)}, set by {run.slowest.name}, which makes")
    assert f"which makes {rate_text(made)}: of" in told
    assert "of each 384 bits 128 pay for the tag" in told
    neighbours = run_network(NetworkSettings(form=POINT, b="B"), lambda share: None)
    assert "tag" not in dict(report_rows(neighbours))["Key rate"]


def test_the_range_of_the_length_goes_back_with_the_reset() -> None:
    panel = NetworkPanel()
    length = panel.controls.widgets["length_km"]
    ends = length.min, length.max
    panel.settings = replace(panel.settings, length_km=300.0)
    assert length.max == 300
    panel.reset.click()
    assert (length.min, length.max) == ends
    panel.close()


@pytest.mark.parametrize(("length_km", "safe"), [(110.0, True), (150.0, False)])
def test_stored_keys_are_called_safe_only_where_there_are_some(length_km: float, safe: bool) -> None:
    # before: "Keys stored before she came are safe" over fibres that never made a key
    run = run_network(NetworkSettings(length_km=length_km, eve=(("A", "B"),)), lambda share: None)
    link = run.network.link("A", "B")
    assert (link.counts.stored > 0) is safe
    told = verdict(run)[2]
    assert "Eve was noticed on A–B" in told
    assert ("Keys stored before she came are safe." in told) is safe


def test_eve_is_not_called_noticed_where_too_few_photons_arrive_to_notice_her() -> None:
    run = run_network(NetworkSettings(length_km=300.0, eve=(("A", "B"),)), lambda share: None)
    assert {one.reason in TOO_FEW for one in run.network.links.values()} == {True}
    assert "noticed" not in verdict(run)[2]


def test_a_hub_and_a_switch_are_compared_on_one_footing() -> None:
    # before: 231 kbit/s of a pair alone at the hub beside 18.7 kbit/s of a pair's turns at the switch
    stars = [
        run_network(NetworkSettings(form=form, n_nodes=4, length_km=25.0, b="B"), lambda share: None)
        for form in (TRUSTED_STAR, SWITCH_STAR)
    ]
    (alone, alike), (joined, shared) = [run.star_rates for run in stars]
    assert (alone, shared) == tuple(run.bits_per_second for run in stars)
    assert alike == pytest.approx(alone / 3)  # three partners, and as many rounds
    assert joined == pytest.approx(shared * 3 * 65 / 60)
    told = comparison((stars[0], stars[1]))
    for run, pair in zip(stars, ((alone, alike), (joined, shared)), strict=True):
        rows, note = dict(report_rows(run)), figures(run)[0]["note"]
        assert note.endswith(
            f"; {rate_text(pair[0])} for this pair alone, {rate_text(pair[1])} for each if "
            "all pairs want keys alike"
        )
        assert rows["This pair alone"].startswith(f"{rate_text(pair[0])}, if no other pair")
        assert rows["All pairs alike"].startswith(f"{rate_text(pair[1])} for each pair")
        assert f"{rate_text(pair[0])} for this pair alone, {rate_text(pair[1])} for each if all" in told
    figure = star_figure()
    factor = float(re.search(r"([\d.]+) times", figure.chart.statement)[1])  # that of notebook 08
    assert alike / shared == pytest.approx(factor, rel=0.1)
    figure.close()


def test_a_star_has_no_rates_to_compare_at_its_hub_or_without_new_keys() -> None:
    for changed in ({"b": "Hub"}, {"b": "B", "cut": (("A", "Hub"),)}):
        run = run_network(NetworkSettings(form=TRUSTED_STAR, **changed), lambda share: None)
        assert run.star_rates is None
        assert "All pairs alike" not in dict(report_rows(run))
