"""The failures a caller can recover from, in one tree.

::

    QkdlabError
    ├── DeviceError         a backend or sampler failed in the middle of a session; nothing is reported
    ├── MissingExtra        a package that comes with an extra is not installed; also an ImportError
    ├── MissingQiskit       Qiskit or Aer is not there, as in a browser; also an ImportError
    ├── MessageLost         a message was not heard, or made no sense; the session it belonged to says so
    ├── KeyExhausted        there are fewer secret bits than were asked for
    ├── NoRoute             no path, or too few, on which a key can be passed on between two nodes
    ├── RelayRejected       a message on the way of a key did not have its tag; no key is delivered
    │   └── KeyNotConfirmed both ends had a key, but not the same one: a node between them lied
    ├── KeyStoreError       a key store cannot be opened, read or written; nothing is handed out
    ├── KeyNotFound         a key store does not have a key of this name (any more); nothing is handed out
    ├── NotEntitled         a key store has the key, but not for this caller; nothing is handed out
    ├── ChunksMissing       a key store does not have the bits of a key that its peer offers; nothing is held
    ├── KmeError            a key management entity answered with an error
    ├── FrameRejected       an encryptor's frame was changed, replayed or too old; nothing is passed on
    ├── RecordingError      a file of recorded events cannot be read; also a ValueError
    ├── ScenarioError       a saved scenario (JSON) cannot be read; also a ValueError
    ├── TopologyError       a network's file (JSON) cannot be read; also a ValueError
    ├── WorkersLost         what runs a sweep broke down; rows that are on disk stay
    └── PrecisionError      a floating-point transform lost exactness; no result is returned

Wrong arguments raise plain ``ValueError`` or ``TypeError``; they are mistakes, not failures.
A session that yields no key is no failure either, but a result that says why.

No message is endless: what came from a file or a caller is quoted by `shown`, and the errors about files cut
what they are given.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

LONGEST_QUOTE = 200
"""Characters that a message quotes of a value."""
LONGEST_MESSAGE = 800
"""Characters of an error about a file."""


def cut(text: str, longest: int = LONGEST_QUOTE) -> str:
    """Return a text as it is, or its first `longest` characters on one line."""
    return text if len(text) <= longest else " ".join(text[: 2 * longest].split())[:longest] + "…"


def shown(value: object, longest: int = LONGEST_QUOTE) -> str:
    """Return the ``repr`` of a value for a message, cut to `longest` characters and on one line if it is cut.

    Of a long text or collection only the beginning is looked at. A value whose ``repr`` fails, such as a
    whole number of more digits than Python writes, is called by its type.

    >>> shown("Z"), shown(list(range(10**6)), 12)
    ("'Z'", '[0, 1, 2, 3,…')
    """
    try:
        text = repr(_beginning(value, longest))
    except Exception:  # the code of a foreign type may raise anything
        text = f"<{type(value).__name__} that cannot be shown>"
    return cut(text, longest)


def _beginning(value: Any, longest: int) -> Any:
    """Return a value, or as much of a long text or plain collection as a message could show."""
    if type(value) in (str, bytes, list, tuple) and len(value) > longest:
        return value[: longest + 1]
    if type(value) in (dict, set, frozenset) and len(value) > longest:
        items = value.items() if type(value) is dict else value
        return type(value)(islice(items, longest + 1))
    return value


class QkdlabError(Exception):
    """Base of every failure that this package raises on purpose."""


class DeviceError(QkdlabError):
    """A backend or a sampler failed, or returned too little; the session it belonged to has no result."""


class MissingExtra(QkdlabError, ModuleNotFoundError):
    """A package that comes with an extra of qkdlab is not installed.

    Parameters
    ----------
    module
        The module that was not found.
    extra
        The extra that brings it: "lab", "devices", "delivery" or "sweep".
    """

    def __init__(self, module: str, extra: str) -> None:
        super().__init__(module, extra, name=module)
        self.extra = extra

    def __str__(self) -> str:
        front_end = ' ("qkdlab[kernel]" under a front end of its own)' if self.extra == "lab" else ""
        return f'{self.name} is not installed: pip install "qkdlab[{self.extra}]"{front_end}'


class MissingQiskit(QkdlabError, ModuleNotFoundError):
    """Qiskit or Aer is not installed, and something was asked for that needs it.

    Parameters
    ----------
    module
        The module that was not found.
    what
        What needs it, in the plural.
    """

    def __init__(self, module: str, what: str) -> None:
        super().__init__(module, what, name=module)
        self.what = what

    def __str__(self) -> str:
        return f"{self.name} is not installed: {self.what} need it, and no browser has it"


class MessageLost(QkdlabError):
    """A message did not reach the other party, or made no sense there; a session that it stops has no key."""


class KeyExhausted(QkdlabError):
    """There are fewer secret bits than were asked for; none was used."""


class NoRoute(QkdlabError):
    """Between two nodes of a network there is no path, or too few, on which a key can be passed on."""


class RelayRejected(QkdlabError):
    """A message between two neighbours did not have its tag, and no key was delivered.

    Parameters
    ----------
    sender, receiver
        Names of the two nodes.
    """

    def __init__(self, sender: str, receiver: str) -> None:
        super().__init__(sender, receiver)
        self.sender, self.receiver = sender, receiver

    def __str__(self) -> str:
        return f"the message from {self.sender!r} to {self.receiver!r} did not have its tag"


class KeyNotConfirmed(RelayRejected):
    """The two ends of a relay compared tags of their keys, and do not use them: they are not the same.

    Either a node on the way changed what it passed on, or a tag was changed or lost, or two neighbours'
    copies of a link key were not the same. The tags do not tell which, nor who it was.

    Parameters
    ----------
    sender, receiver
        Names of the two ends.
    """

    def __str__(self) -> str:
        return (
            f"the keys of {self.sender!r} and {self.receiver!r} were not confirmed: "
            "something was changed on the way between them"
        )


class KeyStoreError(QkdlabError):
    """A key store cannot be opened, read or written: corrupt, in use, full, or of another version."""


class KeyNotFound(QkdlabError):
    """A key store does not have these keys, or has them no longer; none was handed out.

    Parameters
    ----------
    key_ids
        Names of the keys that were not found.
    """

    def __init__(self, *key_ids: str) -> None:
        super().__init__(*key_ids)
        self.key_ids = key_ids

    def __str__(self) -> str:
        return f"not found: {', '.join(shown(key_id) for key_id in self.key_ids[:3])}"


class NotEntitled(KeyNotFound):
    """These keys are there, but were not made for the caller; none was handed out."""

    def __str__(self) -> str:
        return f"not made for this caller: {', '.join(shown(key_id) for key_id in self.key_ids[:3])}"


class ChunksMissing(QkdlabError):
    """A key store does not have all the bits of keys that its peer offers; it holds none of these keys.

    Parameters
    ----------
    key_ids
        Names of the keys that lack bits.
    floor
        Block and place below which the store has nothing of that peer's.
    """

    def __init__(self, key_ids: tuple[str, ...], floor: tuple[int, int]) -> None:
        super().__init__(key_ids, floor)
        self.key_ids, self.floor = key_ids, floor

    def __str__(self) -> str:
        return f"bits are missing for {', '.join(shown(key_id) for key_id in self.key_ids[:3])}"


class KmeError(QkdlabError):
    """A key management entity answered with an error.

    Parameters
    ----------
    status
        The HTTP status code.
    message
        What it said.
    details
        Further names and values of its answer.
    """

    def __init__(self, status: int, message: str, details: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(status, message, details)
        self.status, self.message, self.details = status, message, details

    def __str__(self) -> str:
        told = "".join(f"; {name}: {value}" for name, value in self.details[:3])
        return f"{self.status}: {self.message}{told}"[:LONGEST_MESSAGE]


class FrameRejected(QkdlabError):
    """A frame did not pass an encryptor's checks; nothing of it is passed on.

    Parameters
    ----------
    reason
        Which check it did not pass.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _FileError(QkdlabError, ValueError):
    """Base of the errors about what somebody wrote; the text is cut, whatever is in the file."""

    def __init__(self, message: str) -> None:
        cut = message if len(message) <= LONGEST_MESSAGE else message[:LONGEST_MESSAGE] + "…"
        super().__init__(cut)


class ScenarioError(_FileError):
    """A saved scenario cannot be read: broken JSON, an unknown field, a value out of range.

    Parameters
    ----------
    message
        Says what is wrong, with the place.
    fault
        Its kind: ``"kind"`` for a type that is none or another, ``"extra"`` and ``"missing"`` for a field,
        ``"value"`` for a refused value; "" for any other.
    place
        The names of the fields that lead to it, none for the scenario itself.
    told
        The faulty name, as it is shown, or what is said of the value.
    """

    def __init__(self, message: str, *, fault: str = "", place: tuple[str, ...] = (), told: str = "") -> None:
        super().__init__(message)
        self.fault, self.place, self.told = fault, place, told


class TopologyError(_FileError):
    """The file of a network cannot be read: broken JSON, or a node or a fibre that no network can have."""


class RecordingError(_FileError):
    """A file of recorded events cannot be read: broken, or a field that no recording can have."""


class WorkersLost(QkdlabError):
    """What runs a sweep broke down: processes died again and again, or a cluster is gone."""


class PrecisionError(QkdlabError, ArithmeticError):
    """A floating-point transform was too far from whole numbers for its result to be trusted."""
