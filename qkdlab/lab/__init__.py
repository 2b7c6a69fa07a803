"""What a learner sees: components, panels and the machinery under them.

Nothing else in the package imports this. A topic is a folder, with its panel, controls, charts, words,
presets and exercises; ``components`` has the widgets that know no topic, ``frame`` what every panel is made
of, ``sessions`` what all panels with a session share, and ``catalogue`` the index of all words. The names
in `__init__.pyi` are the topics'; each is imported when it is first used, so that a notebook with one panel
does not load all others.
"""

from importlib.util import find_spec

from ..extras import extra_needed

with extra_needed("lab"):
    import lazy_loader

    from . import components as _components  # noqa: F401 — every panel needs them: what they lack is told at once

    if find_spec("matplotlib") is None:  # it is imported for the first picture
        raise ModuleNotFoundError("No module named 'matplotlib'", name="matplotlib")

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
