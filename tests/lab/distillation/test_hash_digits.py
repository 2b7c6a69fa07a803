"""The verification hashes that the panel shows have as many digits as bits."""

from qkdlab import run_session
from qkdlab.lab.distillation.hash_story import hash_story
from qkdlab.lab.distillation.presets import DISTILLATION_PRESETS


def test_a_hash_of_43_bits_has_eleven_digits() -> None:
    # would catch: twelve digits beside "43 bits", the last bits of which are none of the hash
    story = hash_story(run_session(DISTILLATION_PRESETS["quiet"].settings), 1)
    assert story.tag_bits % 8
    for tag in (story.tag, story.flipped_tag):
        assert len(tag) == -(-story.tag_bits // 4)
        assert int(tag, 16) < 2**story.tag_bits
