"""What the kernel sets and calls; nothing is ever installed."""

_PIPLITE_DISABLE_PYPI = True
_PIPLITE_URLS: list[str] = []


async def install(requirements: str | list[str], **_options: object) -> None:
    """Say that nothing can be installed here."""
    names = requirements if isinstance(requirements, str) else ", ".join(requirements)
    raise OSError(
        f"{names} cannot be installed here: this page has all its packages with it and asks no index"
    )
