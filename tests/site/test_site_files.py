"""What a learner brings into the page and takes out of it: progress and recordings, in its own storage."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from qkdlab import IDEAL_LINK, SinglePhotonSource, distill_recording, run_session, save_recording
from qkdlab.lab import CHOSEN_KEY
from tests.browser.lab import open_and_run
from tests.browser.site_lab import Served, SiteLab
from tests.site.site_page import PATIENCE, SitePage
from tools.save_notebooks import NOTEBOOK_METADATA

LESSON = "progress_here.ipynb"
CELLS = (
    "from qkdlab.lab import CHOSEN_KEY, Lesson\nlesson = Lesson('00')",
    "lesson.ask(CHOSEN_KEY)",
    "lesson.map()",
)
PROGRESS = "qkdlab_progress.json"
N_PULSES = 60_000
DISTILL = f"""
from qkdlab import SinglePhotonSource, distill_recording
for name in NAMES:
    print(distill_recording(name, n_pulses={N_PULSES}, source=SinglePhotonSource(), seed=7).report())
"""
SAVE = f"""
from qkdlab import IDEAL_LINK, run_session, save_recording
result = run_session(n_pulses={N_PULSES}, link=IDEAL_LINK, seed=3)
for name in NAMES:
    save_recording(result, name)
"""


@pytest.fixture
def open_lesson(
    page_of: Callable[[Served], SitePage], site_lab: SiteLab
) -> Callable[[SitePage | None], SitePage]:
    """What opens the lesson, and runs it: in a browser that was not here before, or again in the same one."""

    def opened(page: SitePage | None = None) -> SitePage:
        cells = [nbformat.v4.new_code_cell(one) for one in CELLS]
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=NOTEBOOK_METADATA)
        nbformat.write(notebook, site_lab.folder / LESSON)
        page = page or page_of(Served(url=site_lab.url))
        page.page.goto("about:blank")
        open_and_run(page.page, site_lab, LESSON, PATIENCE / 1000)
        return page

    return opened


def here(page: SitePage) -> Locator:
    """The line of the map about the notebook that shows it."""
    return page.page.locator(".qk-course li[aria-current]")


def upload(page: Page, *files: Path) -> None:
    """Bring files into the folder of the notebook, as the button over the list of files does."""
    with page.expect_file_chooser() as asked:
        page.get_by_role("button", name="Upload Files").click()
    asked.value.set_files(files)
    for file in files:
        expect(listed(page, file.name)).to_be_visible(timeout=PATIENCE)


def listed(page: Page, name: str) -> Locator:
    """A file in the list of files."""
    return page.locator(".jp-DirListing-item").filter(has=page.get_by_text(name, exact=True))


def download(page: Page, name: str, folder: Path) -> Path:
    """Take a file out, as the menu over its name does."""
    listed(page, name).click(button="right")
    with page.expect_download() as started:
        page.get_by_role("menuitem", name="Download", exact=True).click()
    assert started.value.suggested_filename == name
    started.value.save_as(folder / name)
    return folder / name


@pytest.mark.timeout(900)
def test_progress_goes_from_one_browser_to_another(
    open_lesson: Callable[..., SitePage], tmp_path: Path
) -> None:
    one = open_lesson()
    expect(here(one)).to_contain_text("0 of ")
    one.page.get_by_role("button", name=CHOSEN_KEY.options[2].text).click()
    expect(here(one)).to_contain_text("1 of ", timeout=PATIENCE)
    with one.page.expect_download() as started:
        one.page.get_by_role("button", name="Save my progress as a file").click()
    kept = tmp_path / started.value.suggested_filename
    started.value.save_as(kept)
    assert json.loads(kept.read_text())["answers"]["00"] == {CHOSEN_KEY.name: {"tries": 1, "right": True}}

    other = open_lesson()
    expect(here(other)).to_contain_text("0 of ")
    with other.page.expect_file_chooser() as asked:
        other.page.get_by_role("button", name="Read a progress file").click()
    asked.value.set_files(kept)
    expect(other.page.locator(".qk-course [role=status]")).to_contain_text("Read.", timeout=PATIENCE)
    expect(here(other)).to_contain_text("1 of ")
    # the kernel has written it where the page keeps files, and so the next visit has it
    open_lesson(other)
    expect(here(other)).to_contain_text("1 of ")


@pytest.mark.timeout(900)
def test_a_progress_file_beside_the_notebooks_is_taken(
    open_lesson: Callable[..., SitePage], tmp_path: Path
) -> None:
    kept = tmp_path / PROGRESS
    answers = {"00": {CHOSEN_KEY.name: {"tries": 3, "right": True}}}
    kept.write_text(json.dumps({"kind": "qkdlab progress", "version": 1, "answers": answers}))
    page = open_lesson()
    upload(page.page, kept)
    open_lesson(page)
    expect(here(page)).to_contain_text("1 of ")
    brought = download(page.page, PROGRESS, tmp_path / "out")
    assert json.loads(brought.read_text())["answers"] == answers


def report(path: Path) -> str:
    """What a recording is distilled to here."""
    return distill_recording(path, n_pulses=N_PULSES, source=SinglePhotonSource(), seed=7).report()


@pytest.mark.timeout(900)
def test_recordings_come_in_and_go_out(open_lesson: Callable[..., SitePage], tmp_path: Path) -> None:
    result = run_session(n_pulses=N_PULSES, link=IDEAL_LINK, seed=3)
    made = [tmp_path / name for name in ("mine.csv", "mine.npz")]
    for file in made:
        save_recording(result, file)
    zipped, text = tmp_path / "zipped.csv.gz", tmp_path / "text.txt"
    zipped.write_bytes(gzip.compress(made[0].read_bytes()))
    text.write_bytes(made[0].read_bytes())
    files = [*made, zipped, text]
    assert files[0].stat().st_size > 1 << 20, "JupyterLab brings so much in several pieces"
    page = open_lesson()
    upload(page.page, *files)
    told = page.ask(DISTILL.replace("NAMES", repr([file.name for file in files])))
    assert told == "".join(f"{report(file)}\n" for file in files)
    (tmp_path / "out").mkdir()
    for file in files:
        assert download(page.page, file.name, tmp_path / "out").read_bytes() == file.read_bytes()

    # what the kernel has written is there to be taken out
    page.ask(SAVE.replace("NAMES", repr([f"own-{file.name}" for file in made])))
    for file in made:
        expect(listed(page.page, f"own-{file.name}")).to_be_visible(timeout=PATIENCE)
        brought = download(page.page, f"own-{file.name}", tmp_path / "out")
        assert report(brought).replace("own-", "") == report(file)
