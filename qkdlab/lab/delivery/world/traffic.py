"""What Alice sends: sentences in turn, or a small picture."""

from __future__ import annotations

from ...components.text import words_for

SIDE = 16
"""Pixels of the picture, along each side."""

_ROWS = (
    "................",
    ".....######.....",
    "....#......#....",
    "...#........#...",
    "...#........#...",
    "...#........#...",
    "..############..",
    "..############..",
    "..#####..#####..",
    "..####....####..",
    "..#####..#####..",
    "..#####..#####..",
    "..#####..#####..",
    "..############..",
    "..############..",
    "................",
)

PICTURE = int("".join("1" if dot == "#" else "0" for row in _ROWS for dot in row), 2).to_bytes(
    SIDE * SIDE // 8
)
"""A padlock, a bit for each pixel."""


def text_of(number: int) -> bytes:
    """Return the sentence of a number; they come in turn."""
    lines = words_for("encryptor_traffic")
    sentences = [text for name, text in lines.items() if name.startswith("message_")]
    return sentences[number % len(sentences)].encode()


def pixels(data: bytes) -> list[list[int]]:
    """Return the first bytes as rows of pixels.

    >>> sum(map(sum, pixels(PICTURE))) == sum(byte.bit_count() for byte in PICTURE)
    True
    """
    bits = [byte >> place & 1 for byte in data[: SIDE * SIDE // 8] for place in range(7, -1, -1)]
    bits += [0] * (SIDE * SIDE - len(bits))
    return [bits[start : start + SIDE] for start in range(0, len(bits), SIDE)]
