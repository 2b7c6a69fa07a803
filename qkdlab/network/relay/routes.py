"""What a relay goes over: paths, and a key for each of their links."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import shown
from ...values import check_instance
from ..routing.breadth_first import Path
from .hops import LinkKey

Keys = Sequence[LinkKey]
"""The keys of a path's links, in order."""


def check_routes(
    paths: Sequence[Sequence[str]], keys: Sequence[Keys], n_bits: int | None, *, fewest: int = 1
) -> tuple[tuple[Path, ...], tuple[tuple[LinkKey, ...], ...]]:
    """Return paths and their links' keys as tuples, if a relay can go over them.

    Parameters
    ----------
    paths, keys
        Names of the nodes of each path, and one key for each of its links.
    n_bits
        Length of all keys; None if they need only be equally long.
    fewest
        Paths there must be at least.

    Raises
    ------
    ValueError
        If a path visits a node twice, two paths share more than their ends, or a key does not belong to its
        link or is of another length.
    """
    all_paths, all_keys = tuple(map(tuple, paths)), tuple(map(tuple, keys))
    if len(all_paths) < fewest:
        raise ValueError(f"paths must be at least {fewest}, got {len(all_paths)}")
    if len(all_keys) != len(all_paths):
        raise ValueError(f"keys must be given for {len(all_paths)} paths, got {len(all_keys)}")
    for path, along in zip(all_paths, all_keys, strict=True):
        _check_path(path, along)
    _check_disjoint(all_paths)
    length = len(all_keys[0][0]) if n_bits is None else n_bits
    for key in (key for along in all_keys for key in along):
        if len(key) != length:
            raise ValueError(f"{key.name} must have {length} bits, got {len(key)}")
    return all_paths, all_keys


def _check_path(path: Path, keys: tuple[LinkKey, ...]) -> None:
    if len(path) < 2 or len(set(path)) < len(path):
        raise ValueError(f"path must be two different nodes or more, got {shown(path)}")
    if len(keys) != len(path) - 1:
        raise ValueError(f"keys must be {len(path) - 1}, one for each link of the path, got {len(keys)}")
    for key, a, b in zip(keys, path, path[1:], strict=False):
        check_instance("keys", key, LinkKey)
        if set(key.ends) != {a, b}:
            raise ValueError(f"keys must join {a!r} and {b!r} here, got {key.name}")


def _check_disjoint(paths: tuple[Path, ...]) -> None:
    source, target = paths[0][0], paths[0][-1]
    seen: set[str] = set()
    direct = 0
    for path in paths:
        if (path[0], path[-1]) != (source, target):
            raise ValueError(f"paths must all lead from {source!r} to {target!r}, got {shown(path)}")
        direct += len(path) == 2
        common = seen.intersection(path[1:-1])
        if common or direct > 1:
            raise ValueError(f"paths must have no node in common but their ends, got {shown(path)}")
        seen.update(path[1:-1])
