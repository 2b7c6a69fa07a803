"""Change one bit and see what the hashes say: verification and privacy amplification as widgets."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets

from ....session.session import SessionResult
from ...components.text import bits_text, number_text, percent_text, words_for
from ...frame.field_controls import number_box, typed
from ...frame.frame import control_row, titled_box
from ..comparison import undisclosed_keys
from .hash_story import HashStory, hash_story

SHOWN_BITS, ROW_BITS = 48, 24
"""Bits of the key in the picture, and in a row of it."""


class HashBox:
    """A number and a switch: one bit of Bob's key, changed or not, and what follows.

    Attributes
    ----------
    box
        The widgets.
    """

    def __init__(self) -> None:
        words = self._words = words_for("hash_box")
        self._result: SessionResult | None = None
        self.place = number_box(words["place"], 1)
        self.flip = widgets.Checkbox(description=words["flip"], indent=False)
        self.told = widgets.HTML()
        for control in (self.place, self.flip):
            control.observe(lambda _: self._draw(), "value")
        intro = widgets.HTML(f"<p>{escape(words['intro'])}</p>")
        self._asks = intro, control_row(self.place, self.flip)
        self.box = titled_box(words["title"], *self._asks, self.told)

    def show(self, result: SessionResult) -> None:
        """Take the keys of another session."""
        self._result = result
        self._draw()

    def _draw(self) -> None:
        words, result = self._words, self._result
        try:
            story = result and hash_story(result, typed(self.place.value))
        except ValueError:
            keys = result and undisclosed_keys(result)
            self._say("", words["bad_place"].format(bits=number_text(len(keys[0]) if keys else 1)))
            return
        for part in self._asks:
            part.layout.display = "" if story else "none"
        if not story:
            self._say("", words["none"])
            return
        bob_tag = story.flipped_tag if self.flip.value else story.tag
        tags = words["tags"].format(alice=story.tag, bob=bob_tag, bits=story.tag_bits)
        verdict = words["tags_differ" if bob_tag != story.tag else "tags_same"]
        if story.key is None:
            self._say(tags, verdict, words["no_key"])
            return
        self._say(tags, verdict, self._key_line(story), self._picture(story))

    def _key_line(self, story: HashStory) -> str:
        if not self.flip.value:
            length = number_text(story.key_length)
            return self._words["same"].format(bits=number_text(story.n_bits), length=length)
        return self._words["differ"].format(
            changed=number_text(story.n_changed),
            length=number_text(story.key_length),
            share=percent_text(story.n_changed / story.key_length),
        )

    def _picture(self, story: HashStory) -> str:
        words, key = self._words, story.key
        other = story.flipped_key if self.flip.value else key
        if key is None or other is None:
            return ""
        above, below = key[:SHOWN_BITS].tolist(), other[:SHOWN_BITS].tolist()
        marks = ["≠" if a != b else " " for a, b in zip(above, below, strict=True)]
        name = max(len(words["alice"]), len(words["bob"]))
        lines = [(words["alice"], above), *([("", marks)] if above != below else []), (words["bob"], below)]
        blocks = [
            "\n".join(
                f"{label:<{name}}  {bits_text(cells[start : start + ROW_BITS])}" for label, cells in lines
            )
            for start in range(0, len(above), ROW_BITS)
        ]
        caption, picture = escape(words["picture"].format(shown=len(above))), escape("\n\n".join(blocks))
        return f"<pre class='qk-circuit'>{picture}</pre><p class='qk-log-empty'>{caption}</p>"

    def _say(self, before: str, verdict: str, after: str = "", picture: str = "") -> None:
        """Write three lines and the picture; a screen reader is told the verdict alone."""
        first, last = (f"<p>{escape(line)}</p>" if line else "" for line in (before, after))
        self.told.value = f"{first}<p role='status'>{escape(verdict)}</p>{last}{picture}"
