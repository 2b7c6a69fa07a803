"""The verification hashes that the panel shows have as many digits as bits."""

import re

from qkdlab.lab import DistillationPanel


def test_a_hash_of_43_bits_has_eleven_digits() -> None:
    # would catch: twelve digits beside "43 bits", the last bits of which are none of the hash
    panel = DistillationPanel()
    for changed in (False, True):
        panel.hashes.flip.value = changed
        told = re.search(r"Alice says (\w+), Bob has (\w+) \((\d+) bits", panel.hashes.told.value)
        n_bits = int(told[3])
        assert n_bits % 8
        for tag in told.groups()[:2]:
            assert len(tag) == -(-n_bits // 4)
            assert int(tag, 16) % 2 ** (-n_bits % 4) == 0
        assert (told[1] != told[2]) is changed
    panel.close()
