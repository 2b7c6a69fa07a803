"""What a master and a slave ask in the ordinary course of things; most checks look at these replies.

How the two SAEs tell each other the names of keys is outside the specification: here one program is both.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from ..messages import Json, key_ids_object
from .prober import Key, Prober, Reply, Sae, Target

USUAL_SIZE = 256
"""Bits of a key where the status does not say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """A request for keys: what was asked for (None: the size that the status says), and the reply."""

    number: int
    size: int | None
    reply: Reply


class Probe:
    """What a check is given: the target, a way to ask, and what was asked already.

    Parameters
    ----------
    target
        Whom to look at.
    """

    def __init__(self, target: Target) -> None:
        self.target, self.prober = target, Prober(target)
        self.status = self.as_master("GET", "status")
        self.by_get: list[Delivery] = []
        self.by_post: list[Delivery] = []
        self.fetched: list[tuple[tuple[Key, ...], Reply]] = []
        self.again: Reply | None = None
        if target.takes_keys and self.status.status == 200:
            self._converse()

    def _converse(self) -> None:
        """Get keys in each of the four ways, fetch them in both, and fetch some once more."""
        size, most = self.another_size, self.limit("max_key_per_request") or 3
        two, three = min(2, most), min(3, most)
        self.by_get = [
            Delivery(number=1, size=None, reply=self.as_master("GET", "enc_keys")),
            Delivery(
                number=two,
                size=size,
                reply=self.as_master("GET", "enc_keys", query={"number": two, "size": size}),
            ),
        ]
        self.by_post = [
            Delivery(number=1, size=None, reply=self.as_master("POST", "enc_keys", told={})),
            Delivery(
                number=three,
                size=size,
                reply=self.as_master("POST", "enc_keys", told={"number": three, "size": size}),
            ),
        ]
        first, *others = [delivery.reply.keys for delivery in (*self.by_post, *self.by_get)]
        if first and isinstance(first[0].key_id, str):
            reply = self.as_slave("GET", "dec_keys", query={"key_ID": first[0].key_id})
            self.fetched.append((first[:1], reply))
        for keys in others:
            if keys:
                self.fetched.append((keys, self.fetch(keys)))
        if others[0]:
            self.again = self.fetch(others[0])

    # ---- asking ---------------------------------------------------------------------------------------

    def as_master(self, method: str, what: str, **options: object) -> Reply:
        """Ask as the master, about the slave."""
        target = self.target
        return self.prober.ask(target.master, method, target.slave.name, what, **options)  # type: ignore[arg-type]

    def as_slave(self, method: str, what: str, **options: object) -> Reply:
        """Ask as the slave, about the master."""
        target = self.target
        return self.prober.ask(target.slave, method, target.master.name, what, **options)  # type: ignore[arg-type]

    def fetch(
        self, keys: tuple[Key, ...], *more: str, sae: Sae | None = None, master: str | None = None
    ) -> Reply:
        """Ask for keys by their names, and for further names, by POST; as the slave unless it is another."""
        ids = [key.key_id for key in keys]
        ids[1:1] = more
        return self.prober.ask(
            sae or self.target.slave,
            "POST",
            master or self.target.master.name,
            "dec_keys",
            told=key_ids_object(ids),
        )

    def new_keys(self, number: int, **told: Json) -> tuple[Key, ...]:
        """Get fresh keys for a check of its own; () if the KME gives none, or others than asked for."""
        keys = self.as_master("POST", "enc_keys", told={"number": number, **told}).keys
        return keys[:number] if len(keys) >= number else ()

    # ---- what is known --------------------------------------------------------------------------------

    def limit(self, name: str) -> int | None:
        """Return a number of the status, if it is there and is one."""
        value = self.status.said.get(name) if isinstance(self.status.said, dict) else None
        return value if type(value) is int and value >= 0 else None

    @property
    def another_size(self) -> int:
        """A size that a request may ask for, and another one than the default if there is one."""
        usual = self.limit("key_size") or USUAL_SIZE
        least, most = self.limit("min_key_size") or usual, self.limit("max_key_size") or usual
        for size in (2 * usual, usual // 2 // 8 * 8, most, least):
            if least <= size <= most and size % 8 == 0 and size:
                return size
        return usual

    @property
    def deliveries(self) -> list[Delivery]:
        """All requests for keys that were answered with some."""
        return [delivery for delivery in (*self.by_get, *self.by_post) if delivery.reply.keys]


def unknown_key_id() -> str:
    """A name that no key has."""
    return str(uuid.uuid4())
