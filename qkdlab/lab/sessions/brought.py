"""Controls of which one, when it is chosen, brings other settings with it."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from ...settings.session_settings import SessionSettings
from .control_set import ControlSet


@dataclass(frozen=True, slots=True)
class Brought:
    """What a choice has brought: the parts `now` in place of those `before`."""

    choice: str
    before: tuple[Any, ...]
    now: tuple[Any, ...]


class BringingControls(ControlSet):
    """Controls of which one, the `_chooser`, brings parts of the settings with its choice; see `ControlSet`.

    What a choice brings goes when it is left; a part that was changed since stays.
    """

    _chooser: ClassVar[str]
    _brought: Brought | None = None

    def settings(self, base: SessionSettings) -> SessionSettings:
        made = super().settings(base)
        choice, parts = self._choice(made), self._parts(base)
        if choice == self._choice(base):
            return made
        before = parts
        if self._brought and self._brought.choice == self._choice(base):
            triples = zip(self._brought.before, self._brought.now, parts, strict=True)
            before = tuple(was if now == came else now for was, came, now in triples)
        if before != parts:
            made = self._made_from(base, self._left(base, before))
        now = self._parts(made)
        self._brought = Brought(choice, before, now) if now != before else None
        return made

    def _made_from(self, base: SessionSettings, left: SessionSettings) -> SessionSettings:
        """Return `left` with what the controls show; where they only followed `base`, they follow `left`."""
        old, new = self.values_of(base), self.values_of(left)
        values = {name: self._value(name) for name in self.widgets}
        values |= {name: new[name] for name in new if new[name] != old.get(name) and name != self._chooser}
        return self.with_values(left, values)

    def stands(self, settings: SessionSettings) -> bool:
        """Whether the choice of `settings` has brought parts of them, and all are still as they came."""
        told = (self._choice(settings), self._parts(settings))
        return self._brought is not None and told == (self._brought.choice, self._brought.now)

    def forget(self) -> None:
        self._brought = None
        super().forget()

    def _choice(self, settings: SessionSettings) -> str:
        return str(self.values_of(settings)[self._chooser])

    @staticmethod
    @abstractmethod
    def _parts(settings: SessionSettings) -> tuple[Any, ...]:
        """Return the parts of settings that a choice may bring, each of which goes or stays as a whole."""

    @staticmethod
    @abstractmethod
    def _left(settings: SessionSettings, parts: tuple[Any, ...]) -> SessionSettings:
        """Return `settings` with these parts, and with a choice that has brought nothing."""
