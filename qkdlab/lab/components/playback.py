"""What components have in common that play something step by step: a position that both sides can move."""

from abc import abstractmethod
from typing import Final

import traitlets

from ...values import check_choice, check_count
from .base import Checked, Component, check_switch, synced

SPEEDS: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""The speeds that a component offers."""


class Playback(Component):
    """Base of the components that play.

    Parameters
    ----------
    playing, speed
        Whether the animation runs, and how fast; `speed` is one of `SPEEDS`.
    position
        How far it has come, up to `_last`. Follows the animation; setting it moves the animation.
    epoch
        A number that grows when something else is played, from its beginning.
    """

    playing = synced(check_switch, False)
    speed = synced(lambda name, value: check_choice(name, value, SPEEDS), 1.0)
    speeds = traitlets.List(list(SPEEDS), read_only=True).tag(sync=True)
    epoch = synced(check_count, 0)
    position = Checked(check_count, 0)

    # The browser moves `position` several times a second. Two one-way traits with the epoch in them keep a
    # late message about old content from moving the new, and an echo from moving the animation back.
    _arrived = traitlets.List(traitlets.Int(), [0, 0]).tag(sync=True)  # browser → Python: epoch, position
    _goto = traitlets.List(traitlets.Int(), [0, 0, 0]).tag(sync=True)  # Python → browser: …, serial number

    @abstractmethod
    def _last(self) -> int:
        """Return the highest position."""

    def _first(self) -> int:
        """Return the position where the story begins."""
        return 0

    @traitlets.observe("epoch")
    def _rewind(self, _change: object) -> None:
        self.set_trait("position", self._first())
        self._summarise()

    @traitlets.observe("position")
    def _moved(self, _change: object) -> None:
        if self.position > self._last():
            self.position = self._last()
            return
        if self._arrived != [self.epoch, self.position]:
            self._goto = [self.epoch, self.position, self._goto[2] + 1]
        self._summarise()

    @traitlets.observe("_arrived")
    def _followed(self, _change: object) -> None:
        epoch, position = self._arrived
        if epoch == self.epoch:
            self.position = position
