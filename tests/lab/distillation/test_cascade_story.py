"""The story of a run of Cascade: every block it shows is as odd as the keys say, and nothing is left out."""

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from gallery_runs.corrections import FRAME_BITS, PUBLISHED
from qkdlab.distillation.correction.cascade_variants import VARIANTS
from qkdlab.lab.distillation.cascade.cascade_efficiency import PUBLISHED_EFFICIENCIES, published_efficiency
from qkdlab.lab.distillation.cascade.cascade_replay import CascadeReplay
from qkdlab.lab.distillation.cascade.cascade_story import EVEN, ODD, UNKNOWN, cascade_story
from qkdlab.values import binary_entropy
from tests.golden.test_cascade_efficiency import FRAMES
from tests.refusals import expect_refusal

Frame = dict[str, Any]


def replayed(story: Frame) -> list[tuple[Frame, np.ndarray, dict[int, dict[int, int]]]]:
    """Return each frame, where the keys differ then, and the state of the blocks: pass → start → state."""
    differ = np.zeros(len(story["bob"]), dtype=int)
    differ[story["wrong"]] = 1
    blocks: dict[int, dict[int, int]] = {}
    seen = []
    for frame in story["frames"]:
        differ[frame.get("flipped", [])] ^= 1
        for number, starts, states in frame.get("blocks", []):
            blocks[number] = dict(zip(starts, states, strict=True))
        seen.append((frame, differ.copy(), {number: dict(states) for number, states in blocks.items()}))
    return seen


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_block_and_piece_is_as_odd_as_the_keys_say(variant: str) -> None:
    # would catch: a pass that is not told of a correction, a half with its parity the wrong way round, halves
    # that are kept (or not) against the variant
    for n, qber, seed in ((128, 0.05, 2), (200, 0.1, 3), (17, 0.3, 4)):
        story = cascade_story(n, qber, seed=seed, variant=variant)
        pieces = 0
        for frame, differ, blocks in replayed(story):
            for number, states in blocks.items():
                order = np.array(story["orders"][number])
                for (start, state), (stop, _) in pairwise([*states.items(), (n, UNKNOWN)]):
                    if state != UNKNOWN:
                        assert state == differ[order[start:stop]].sum() % 2
            for start, stop, state in frame.get("pieces", []):
                order = np.array(story["orders"][frame["number"]])
                assert state == differ[order[start:stop]].sum() % 2
                pieces += 1
            for start, stop in frame.get("asked", []):
                assert [start, stop] in [piece[:2] for piece in frame["pieces"]]
        assert pieces
        cut = [len(states) for states in replayed(story)[-1][2].values()]
        opened = [len(frame["blocks"][0][1]) for frame in story["frames"] if frame["kind"] == "open"]
        assert (cut != opened) == VARIANTS[variant].reuse


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_told_parity_is_seen_and_no_other(variant: str) -> None:
    # would catch: a leak counted where nothing is told, or the last block of a later pass counted
    story = cascade_story(160, 0.06, seed=5, variant=variant)
    told = 0
    for frame in story["frames"]:
        match frame["kind"]:
            case "compare":
                told += len(frame["blocks"][0][1]) - (frame["number"] > 0)
            case "halve":
                told += len(frame["asked"])
        assert frame["leak"] == [told, told]
    assert story["needed"] == pytest.approx(160 * binary_entropy(10 / 160))


def test_back_tracking_names_the_blocks_that_a_correction_makes_odd() -> None:
    # would catch: blocks of the same pass, blocks that become even, a wrong number of block, bit or pass
    found = 0
    for seed in range(8):
        states = replayed(cascade_story(seed=seed))
        for (_, _, before), (flip, _, after), (again, _, _) in zip(
            states, states[1:], states[2:], strict=False
        ):
            if flip["kind"] != "flip":
                continue
            turned = [
                [number, start]
                for number, blocks in after.items()
                for start, state in blocks.items()
                if state == ODD and before[number][start] == EVEN
            ]
            assert (again["kind"] == "again") == bool(turned)
            if turned:
                assert again["again"] == turned
                number, start = turned[0]
                block = 1 + list(after[number]).index(start)
                assert (
                    f"bit {flip['flipped'][0] + 1} lies in block {block} of pass {number + 1}"
                    in again["text"]
                )
                found += 1
    assert found >= 5


def test_a_run_is_told_in_words() -> None:
    story = cascade_story()
    texts = [frame["text"] for frame in story["frames"]]
    assert texts[0].startswith("Bob holds 128 bits, about 6 of them wrong;")
    assert texts[1] == "Pass 1: the key as it is, cut into 8 blocks of up to 16 bits."
    assert texts[2].startswith("Pass 1: Alice tells the parity of each block. ")
    assert "block 5 is odd: Bob asks for the parity of its left half, 8 bits." in texts[3]
    assert texts[-1].startswith("No block of any pass is odd: Cascade ends. Bob flipped 6 bits, Alice told ")
    assert sum(frame["kind"] == "again" for frame in story["frames"]) == 2
    assert [frame["kind"] for frame in story["frames"]].count("flip") == 6
    assert (
        texts[6]
        == "Pass 1, block 5: 2 bits are left, Bob asks for the first. Even: an error is in the right half."
    )
    assert not any("{" in text for text in texts)


def test_pairs_of_errors_may_stay_and_the_end_says_so() -> None:
    # would catch: a story that calls every run a success, or f below 1 for nothing
    story = cascade_story(seed=1)
    _, differ, _ = replayed(story)[-1]
    assert differ.sum() == 2
    assert "the verification will tell" in story["frames"][-1]["text"]
    assert story["frames"][-1]["leak"][0] < story["needed"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_stories_are_plain_repeatable_and_small(variant: str) -> None:
    story = cascade_story(256, 0.05, seed=3, variant=variant)
    assert json.loads(json.dumps(story)) == story
    assert story == cascade_story(256, 0.05, seed=3, variant=variant)
    assert story != cascade_story(256, 0.05, seed=4, variant=variant)
    assert len(json.dumps(story)) < 150_000
    assert CascadeReplay(story).story == story


def test_without_errors_nothing_is_halved_and_f_is_not_defined() -> None:
    story = cascade_story(64, 0.0)
    assert story["wrong"] == []
    assert story["needed"] == 0
    assert {frame["kind"] for frame in story["frames"]} == {"start", "open", "compare", "end"}
    assert CascadeReplay(story).efficiency is None


def test_published_figures() -> None:
    for name, means in PUBLISHED.items():
        n_bits = FRAME_BITS[name]
        assert PUBLISHED_EFFICIENCIES[name] == (n_bits, means)
        for qber, value in zip(FRAMES, means, strict=True):
            assert published_efficiency(name, qber) == {"value": value, "qber": qber, "n_bits": n_bits}
    assert published_efficiency("modified (7)", 0.05) is None
    assert published_efficiency("original", 0.25) is None
    assert published_efficiency("original", 0.0) is None


def test_bad_arguments() -> None:
    with expect_refusal("n_bits must be at least 16 and at most 256, got 257"):
        cascade_story(257)
    with expect_refusal("qber must lie between 0 and 0.5, got 0.6"):
        cascade_story(qber=0.6)
    with pytest.raises(ValueError, match="variant must be one of 'original'"):
        cascade_story(variant="best")
