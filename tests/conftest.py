"""What all tests share: hypothesis settings, the browser, the order of tests, and what is no garbage."""

import gc
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

os.environ["QKDLAB_PROGRESS"] = ""  # a run of a notebook in a test keeps no progress beside it

# A time limit per example says more about the machine than about the code. CI always draws the same.
settings.register_profile("local", deadline=None, print_blob=True)
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

gc.disable()  # until all tests are known: what is collected stays


def pytest_collection_finish() -> None:
    """Keep modules and tests out of every later search for garbage, which would take half a second each."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """The browser that tests drive: one, as a process has room for one Playwright."""
    from tests.browser.chromium import running_chromium  # not all who test have it

    with running_chromium() as browser:
        yield browser


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run quick tests first, then the browser, then Binder.

    Not for the waiting alone: Playwright keeps an event loop running in the main thread from its first use to
    the end of the session, and code that asks whether a loop runs would be told yes. Workers that share the
    tests begin with the long files, so that none is left with one while the others have nothing to do.
    """
    shared = hasattr(config, "workerinput")

    def place(item: pytest.Item) -> int:
        words = item.keywords
        return 4 * ("binder" in words) + 2 * ("browser" in words) - (shared and "long" in words)

    items.sort(key=place)
