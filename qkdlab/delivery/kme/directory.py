"""Who is who: whose a certificate is, which KME an SAE belongs to, and where a key has to go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import shown
from ..messages import BadRequest
from ..sites import Role, role_uri
from .kme_settings import KmeSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who opened a connection: the common name of the certificate, and the role that this KME knows it in."""

    name: str
    role: Role | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Where the slaves of a new key are: those at the other KME, and those at this one."""

    peer: str
    there: tuple[str, ...]
    here: tuple[str, ...]


class Directory:
    """What a KME knows of names. A name that is not in its settings is nobody.

    Parameters
    ----------
    settings
        The KME's.
    """

    def __init__(self, settings: KmeSettings) -> None:
        self._kme, self._saes = settings.kme_id, dict(settings.saes)
        self._roles: dict[str, Role] = {name: "sae" for name, kme in self._saes.items() if kme == self._kme}
        self._roles |= dict.fromkeys(settings.peers, "kme")
        self._roles |= dict.fromkeys(settings.modules, "module")

    def caller(self, certificate: Mapping[str, Any] | None) -> Caller:
        """Return whose certificate this is, as `ssl.SSLSocket.getpeercert` gives it (5.1).

        The authority has vouched for it already. It must have one common name. Where it names a role of
        ours, the role must be the one that the name is known in; certificates of other authorities name
        none.
        """
        subject = (certificate or {}).get("subject", ())
        names = [value for part in subject for kind, value in part if kind == "commonName"]
        if len(names) != 1:
            return Caller(name="", role=None)
        (name,) = names
        role = self._roles.get(name)
        alternatives = (certificate or {}).get("subjectAltName", ())
        uris = [value for kind, value in alternatives if kind == "URI" and value.startswith("urn:qkdlab:")]
        if role is not None and uris and uris != [role_uri(role, name)]:
            role = None
        return Caller(name=name, role=role)

    def route(self, master: str, slave: str, additional: Sequence[str] = ()) -> Route:
        """Return the way of a key that a master of this KME asks for.

        The first slave says which KME the key is shared with. Additional slaves may belong to that one or
        to this one; a key for a third KME would have to be carried there under further keys, and is
        refused.
        """
        wanted = (slave, *additional)
        for sae in wanted:
            if sae not in self._saes:
                raise BadRequest("unknown slave SAE", slave_SAE_ID=shown(sae, 60))
            if sae == master:
                raise BadRequest("a master SAE cannot be its own slave", slave_SAE_ID=shown(sae, 60))
        if len(set(wanted)) < len(wanted):
            raise BadRequest("a slave SAE is named twice")
        peer = self._saes[slave]
        if peer == self._kme:
            raise BadRequest("the slave SAE belongs to the same KME, which shares no QKD keys with itself")
        for sae in additional:
            if self._saes[sae] not in (peer, self._kme):
                raise BadRequest(
                    "an additional slave SAE belongs to a third KME", additional_slave_SAE_IDs=shown(sae, 60)
                )
        return Route(
            peer=peer,
            there=tuple(sae for sae in wanted if self._saes[sae] == peer),
            here=tuple(sae for sae in additional if self._saes[sae] == self._kme),
        )

    def belongs(self, sae: str, kme: str) -> bool:
        """Whether an SAE belongs to a KME: only that one may ask for keys, or hold them, in its name."""
        return self._saes.get(sae) == kme
