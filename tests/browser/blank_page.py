"""A blank page of a browser, without Jupyter.

A new page costs Chromium most of a second of work: it is a window and a process. So pages are used again, one
after another, and each use loads a document of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, Page, ViewportSize

_AWAY = -10
_IS_OF_SIZE = "size => `${[innerWidth, innerHeight, devicePixelRatio]}` === `${[...size, 1]}`"
_idle: WeakKeyDictionary[Browser, dict[tuple[bool, bool], list[Page]]] = WeakKeyDictionary()


@contextmanager
def blank_page(
    browser: Browser, *, width: int = 900, height: int = 900, calm: bool = False, touch: bool = False
) -> Iterator[Page]:
    """Lend a page of this size, with the mouse outside of it.

    It shows what its last user left until something is loaded. Routes and listeners are for the borrower to
    take away again; if it fails, nobody gets the page after it.
    """
    idle = _idle.setdefault(browser, {}).setdefault((calm, touch), [])
    motion: Literal["reduce", "no-preference"] = "reduce" if calm else "no-preference"
    page = idle.pop() if idle else browser.new_page(has_touch=touch, reduced_motion=motion)
    size = ViewportSize(width=width, height=height)
    try:
        page.mouse.move(_AWAY, _AWAY)
        if page.viewport_size != size:
            page.set_viewport_size(size)
            page.wait_for_function(_IS_OF_SIZE, arg=[width, height])
        yield page
    except BaseException:
        page.close()
        raise
    idle.append(page)
