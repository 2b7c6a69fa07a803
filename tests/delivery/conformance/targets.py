"""Whom the suite looks at in these tests."""

from collections.abc import Mapping
from typing import Any

from qkdlab.delivery.conformance import Sae, Target
from tests.delivery.kme.kmes import SAES, Kmes


def target(kmes: Kmes, urls: Mapping[str, str] | None = None, **changes: Any) -> Target:
    """SAE-A at KME-A, and SAE-B and SAE-B3 at KME-B; at `urls` in place of the KMEs' own."""
    urls = urls or {name: kmes.url(name) for name in ("KME-A", "KME-B")}

    def sae(name: str) -> Sae:
        own = kmes.credentials[name]
        return Sae(name=name, certificate=str(own.certificate), key=str(own.key), url=urls[SAES[name]])

    given = {"master": sae("SAE-A"), "slave": sae("SAE-B"), "other": sae("SAE-B3")}
    return Target(**{**given, "ca": str(kmes.authority.certificate_path)} | changes)
