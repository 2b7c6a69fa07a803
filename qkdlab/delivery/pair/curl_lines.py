"""How to call a pair of KMEs with curl: lines to be pasted into a shell."""

from __future__ import annotations

import shlex

from ..sites import KMES
from .pair import KmePair

KEY_ID = r"""$(echo "$KEYS" | sed 's/.*"key_ID": "\([^"]*\)".*/\1/')"""
"""Takes the name of the key out of an answer with one key."""


def curl_lines(pair: KmePair) -> list[tuple[str, str]]:
    """Return commands for a POSIX shell, each after what it is for; the last one needs the one before.

    They ask for the status (ETSI GS QKD 014 V1.1.1, 5.2), for a new key as its master (5.3), and for the same
    key as its slave (5.4). The keys stay in the shell.
    """
    master, slave = (next(sae for sae, own in pair.saes.items() if own == kme) for kme in KMES)
    at_master, at_slave = f"{pair.public_url(KMES[0])}/api/v1/keys", f"{pair.public_url(KMES[1])}/api/v1/keys"
    new = f"{_curl(pair, master)} {shlex.quote(f'{at_master}/{slave}/enc_keys?number=1&size=256')}"
    return [
        (
            f"{KMES[0]}: what is there for {master} and {slave}",
            f"{_curl(pair, master)} {at_master}/{slave}/status",
        ),
        (f"{KMES[0]}: a new key for {master}, to share with {slave}", f'KEYS=$({new}); echo "$KEYS"'),
        (
            f"{KMES[1]}: the same key for {slave}",
            f'{_curl(pair, slave)} "{at_slave}/{master}/dec_keys?key_ID={KEY_ID}"',
        ),
    ]


def _curl(pair: KmePair, sae: str) -> str:
    own = pair.credentials[sae]
    files = (("--cacert", own.ca), ("--cert", own.certificate), ("--key", own.key))
    options = " ".join(f"{name} {shlex.quote(str(path))}" for name, path in files)
    return f"curl -sS --noproxy '*' {options}"
