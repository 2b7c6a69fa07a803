"""The laboratory as a page, in place of a JupyterLab: the same tests of panels run on it."""

import contextlib
import functools
import http.server
import json
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.lab import TEST_SETTINGS, Lab

KERNELSPEC = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}


@dataclass(frozen=True, kw_only=True)
class SiteLab(Lab):
    """A served copy of the site; `folder` is where its notebooks are."""

    root: Path

    def address(self, notebook: str) -> str:
        """Where a page opens `notebook`, which may have been written just now."""
        path = self.folder / notebook
        content = json.loads(path.read_text(encoding="utf-8"))
        content["metadata"]["kernelspec"] = KERNELSPEC
        path.unlink()  # the copy shares its bytes with the site
        path.write_text(json.dumps(content), encoding="utf-8")
        self._list(notebook)
        return f"{self.url}/index.html?path={self.path(notebook)}"

    def path(self, notebook: str) -> str:
        """What the page calls it."""
        return f"notebooks/{notebook}"

    def open(self, page: Page, notebook: str, milliseconds: float) -> None:
        """Its page starts anew with each notebook."""
        self.visit(page, notebook, milliseconds)

    def end_kernels(self) -> None:
        """A kernel is a worker of its page, and ends with it."""

    def _list(self, notebook: str) -> None:
        """Name the notebook in the list of the folder's files."""
        listing = self.root / "api" / "contents" / "notebooks" / "all.json"
        files = json.loads(listing.read_text(encoding="utf-8"))
        if all(one["name"] != notebook for one in files["content"]):
            like = next(one for one in files["content"] if one["type"] == "notebook")
            files["content"].append({**like, "name": notebook, "path": self.path(notebook)})
            listing.unlink()
            listing.write_text(json.dumps(files), encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Served:
    """A site on loopback: its address."""

    url: str


@contextlib.contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serve a folder as `python -m http.server` would."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield Served(url=f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()


@contextlib.contextmanager
def running_site(folder: Path, site: Path) -> Iterator[SiteLab]:
    """Serve a copy of `site` below `folder`, with the settings of the tests."""
    root = folder / "site"
    shutil.copytree(site, root, copy_function=_share)
    config = root / "jupyter-lite.json"
    lite = json.loads(config.read_text(encoding="utf-8"))
    lite["jupyter-config-data"]["settingsOverrides"] |= TEST_SETTINGS
    config.unlink()
    config.write_text(json.dumps(lite), encoding="utf-8")
    with served(root) as copy:
        yield SiteLab(url=copy.url, token="", folder=root / "files" / "notebooks", root=root)


def _share(source: str, target: str) -> None:
    """Copy a file, without its bytes where the file system can."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)
