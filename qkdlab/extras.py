"""Packages that are not always installed, and the extra of qkdlab that brings each.

``pip install qkdlab`` brings what sessions need. Widgets, IBM's devices and the delivery of keys are extras;
where one is missing, the error says which, and how to get it. Qiskit and Aer come with qkdlab, but not in a
browser: there, sessions do without.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal, get_args

from .errors import MissingExtra, MissingQiskit

Extra = Literal["lab", "devices", "delivery", "sweep"]


@contextmanager
def extra_needed(extra: Extra) -> Iterator[None]:
    """Say by name which extra is missing, if an import in the body of this ``with`` finds no module.

    A module of qkdlab itself that is not found is a mistake in qkdlab, and is left as it is.

    Parameters
    ----------
    extra
        "lab", "devices", "delivery" or "sweep": the extra that brings what is imported.

    Raises
    ------
    MissingExtra
        If a module from outside qkdlab is not there.
    ValueError
        If there is no such extra.

    Examples
    --------
    >>> with extra_needed("devices"):
    ...     import qiskit_no_such_module
    Traceback (most recent call last):
        ...
    qkdlab.errors.MissingExtra: qiskit_no_such_module is not installed: pip install "qkdlab[devices]"
    """
    if extra not in get_args(Extra):
        raise ValueError(f"extra must be one of {', '.join(get_args(Extra))}, got {extra!r}")
    try:
        yield
    except ModuleNotFoundError as error:
        if isinstance(error, MissingExtra) or not error.name or error.name.split(".")[0] == "qkdlab":
            raise
        raise MissingExtra(error.name, extra) from error


def is_installed(module: str) -> bool:
    """Return whether a module of this name could be imported; it is not.

    >>> is_installed("numpy"), is_installed("no_such_module")
    (True, False)
    """
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def qiskit_module(name: str, what: str) -> Any:
    """Import a module of Qiskit or Aer when it is used, and return it.

    Parameters
    ----------
    name
        Its full name.
    what
        What it is needed for, in the plural: it stands in the error.

    Raises
    ------
    MissingQiskit
        If it is not there.

    Examples
    --------
    >>> qiskit_module("qiskit_no_such_module", "shots")
    Traceback (most recent call last):
        ...
    qkdlab.errors.MissingQiskit: qiskit_no_such_module is not installed: shots need it, and no browser has it
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if not error.name or not error.name.startswith("qiskit"):
            raise
        raise MissingQiskit(error.name, what) from error
