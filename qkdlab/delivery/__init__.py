"""What keys are for: handing them to an encryptor."""

from .one_time_pad import one_time_pad

__all__ = ["one_time_pad"]
