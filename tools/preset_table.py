"""Write the table of presets in docs/instructors.md: by name, with the seed and how each ends.

    python -m tools.preset_table            write it
    python -m tools.preset_table --check    write nothing; exit status 1 if it is not what is made now

The endings are those of tools/lamp_tables.py, which runs every scenario and holds it against the truth.
"""

import sys
from collections.abc import Iterator, Sequence

from qkdlab.lab.components.text import words_for
from qkdlab.lab.delivery.presets import SCENARIOS
from qkdlab.lab.network.presets import QUESTIONS
from tools.lamp_tables import PANELS, Row, rows
from tools.pages import table, write

ALL = {**PANELS, "network_panel": QUESTIONS, "encryptor_panel": SCENARIOS}
"""All panels with presets: the section of their words, and their presets by name."""


def preset_table(found: Sequence[Row]) -> dict[str, str]:
    """Return the table by the name of its place on the page, from what every scenario gave."""
    head = ["panel", "preset", "scenario in the menu", "seed", "verdict", "Eve lamp"]
    return {"presets": table(head, _lines({(row.panel, row.scenario): row for row in found}))}


def _lines(ended: dict[tuple[str, str], Row]) -> Iterator[tuple[str, ...]]:
    for section, presets in ALL.items():
        panel, words = section.removesuffix("_panel").replace("_", " "), words_for(section)
        for name, preset in presets.items():
            scenario = words[f"preset_{name}"]
            row, seed = ended[panel, scenario], getattr(preset.settings, "seed", "–")
            yield panel, f"`{name}`", scenario, str(seed), row.title, row.eve_title


def main(arguments: Sequence[str]) -> None:
    """Write the table, or compare it with `--check`."""
    write("instructors.md", preset_table(rows()), "tools/preset_table.py", arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
