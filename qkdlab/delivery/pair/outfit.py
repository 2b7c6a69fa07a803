"""What a pair of KMEs needs before it starts: a folder, certificates for everybody, and settings."""

from __future__ import annotations

import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import shown
from ..kme import KmeSettings
from ..pki import LOOPBACK, CertificateAuthority, Credentials
from ..sites import KMES


@dataclass(frozen=True, kw_only=True, slots=True)
class Outfit:
    """Settings of each KME, with paths relative to the folder, and who has which certificate.

    Parameters
    ----------
    settings
        Of each KME.
    saes
        The certificate of each SAE.
    modules
        The certificate of the QKD module that stands beside each KME.
    """

    settings: Mapping[str, KmeSettings]
    saes: Mapping[str, Credentials]
    modules: Mapping[str, Credentials]


def fit_out(
    folder: Path, saes: Mapping[str, str], *, address: str | None, indirect: bool, options: Mapping[str, Any]
) -> Outfit:
    """Fit a folder out, for its owner alone; an authority that is there already goes on vouching.

    The arguments are those of `KmePair`; `options` are further fields of `KmeSettings`.
    """
    for kme in KMES:
        if kme not in saes.values():
            raise ValueError(f"saes must have one at {kme}, got {shown(dict(saes))}")
    _make_private(folder)
    authority = CertificateAuthority(folder)
    hosts = LOOPBACK + ((address,) if address else ())
    settings = {}
    for kme, other in (KMES, KMES[::-1]):
        own = authority.issue("kme", kme, hosts=hosts)
        settings[kme] = KmeSettings(
            kme_id=kme,
            database=f"{kme}.sqlite",
            certificate=own.certificate.name,
            key=own.key.name,
            ca=own.ca.name,
            host="0.0.0.0" if address else "127.0.0.1",
            saes=saes,
            peers={other: f"{other}.port"},
            modules=(_module(kme),),
            indirect=(other,) if indirect else (),
            port_file=f"{kme}.port",
            log_file=f"{kme}.log",
            **options,
        )
    return Outfit(
        settings=settings,
        saes={sae: authority.issue("sae", sae) for sae in saes},
        modules={kme: authority.issue("module", _module(kme)) for kme in KMES},
    )


def _module(kme: str) -> str:
    """The name of the QKD module that stands beside a KME."""
    return kme.replace("KME", "MODULE")


def _make_private(folder: Path) -> None:
    """Make a folder that only its owner may look into; refuse one that others may."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32" and (mode := stat.S_IMODE(folder.stat().st_mode)) & 0o077:
        raise ValueError(
            f"folder must be for its owner alone (mode 700), got mode {mode:o}: {shown(str(folder))}"
        )
