"""What is ended at the latest at the end of a ``with`` block."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Self


class Closing(ABC):
    """Something that `close` ends; a ``with`` block does that by itself."""

    @abstractmethod
    def close(self) -> None:
        """End it; a second time does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
