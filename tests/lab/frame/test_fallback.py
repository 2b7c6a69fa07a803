"""The picture beside a widget."""

import subprocess
import sys
from base64 import b64decode
from typing import Any

import ipywidgets

from qkdlab.lab.components import VerdictLamp
from qkdlab.lab.components.figures import Still
from qkdlab.lab.frame.fallback import StaticFallback

PICTURE = Still(b"\x89PNG\r\n\x1a\nnot much of a picture", "Not much of a picture.")


class Box(StaticFallback, ipywidgets.VBox):
    drawn = 0

    def _still(self) -> Still:
        self.drawn += 1
        return PICTURE


class Lamp(StaticFallback, VerdictLamp):
    def _still(self) -> Still | None:
        return None


def shown(widget: Any) -> dict[str, Any]:
    data, metadata = widget._repr_mimebundle_(include=None, exclude=None)
    assert isinstance(metadata, dict)
    return dict(data)


def test_picture_is_added_and_drawn_only_when_displayed() -> None:
    box = Box()
    assert box.drawn == 0
    data = shown(box)
    assert b64decode(data["image/png"]) == PICTURE.png
    assert "application/vnd.jupyter.widget-view+json" in data
    assert box.drawn == 1


def test_a_picture_says_what_it_shows() -> None:
    assert Box()._repr_mimebundle_()[1]["image/png"] == {"alt": "Not much of a picture."}
    assert PICTURE._repr_png_() == (PICTURE.png, {"alt": PICTURE.text})


def test_no_picture_leaves_the_widget_alone() -> None:
    data = shown(Lamp(state="accepted"))
    assert "image/png" not in data
    assert data["text/plain"].startswith("Lamp(state='accepted'")


def test_pyplot_is_not_loaded() -> None:
    code = "import sys, qkdlab.lab.components, qkdlab.lab.frame.session_panel\n"
    code += "sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
