"""Who is at the two ends of a quantum link, as keys are delivered there, and in which role."""

from typing import Literal

KME_A, KME_B = KMES = ("KME-A", "KME-B")
"""The KME at Alice's end of the link, and the one at Bob's."""

TWO_SAES = {"SAE-A": KME_A, "SAE-B": KME_B}
"""An application at each end, and the KME that it belongs to."""

Role = Literal["kme", "sae", "module"]
"""What a certificate is for: a key management entity, an application that wants keys, or a QKD module."""


def role_uri(role: Role, name: str) -> str:
    """Return the URI by which a certificate names its role.

    >>> role_uri("sae", "SAE-A")
    'urn:qkdlab:sae:SAE-A'
    """
    return f"urn:qkdlab:{role}:{name}"
