"""What a learner brings into the page and takes out of it: progress and recordings, in its own storage."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from qkdlab import IDEAL_LINK, SinglePhotonSource, distill_recording, run_session, save_recording
from qkdlab.lab import CHOSEN_KEY, LOST_PHOTONS
from qkdlab.lab.learning.choice import Choice
from tests.browser.lab import open_and_run
from tests.browser.site_lab import Served, SiteLab
from tests.site.site_page import PATIENCE, SitePage
from tools.save_notebooks import NOTEBOOK_METADATA

pytestmark = pytest.mark.long
LESSON = "progress_here.ipynb"
CELLS = (
    "from qkdlab.lab import CHOSEN_KEY, LOST_PHOTONS, Lesson\nlesson = Lesson('00')",
    "lesson.ask(CHOSEN_KEY)",
    "lesson.ask(LOST_PHOTONS)",
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


Opens = Callable[[SitePage | None], SitePage]


@pytest.fixture
def open_lesson(page_of: Callable[[Served], SitePage], site_lab: SiteLab) -> Opens:
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


def report(path: Path) -> str:
    """What a recording is distilled to here."""
    return distill_recording(path, n_pulses=N_PULSES, source=SinglePhotonSource(), seed=7).report()


def answer(page: SitePage, choice: Choice) -> None:
    """Give the right answer."""
    page.page.get_by_role("button", name=choice.options[choice.right].text).click()


def answers_of(path: Path) -> dict[str, dict[str, object]]:
    """What a progress file tells of the notebook."""
    told: dict[str, dict[str, object]] = json.loads(path.read_text())["answers"]["00"]
    return told


def progress_goes_on_in(other: SitePage, saved: Path, open_lesson: Opens, folder: Path) -> None:
    """Bring one progress file into the folder of the notebooks of another browser, and another to its map."""
    beside = folder / PROGRESS
    answers = {"00": {CHOSEN_KEY.name: {"tries": 3, "right": True}}}
    beside.write_text(json.dumps({"kind": "qkdlab progress", "version": 1, "answers": answers}))
    expect(here(other)).to_contain_text("0 of ")
    upload(other.page, beside)
    open_lesson(other)
    expect(here(other)).to_contain_text("1 of ")
    with other.page.expect_file_chooser() as asked:
        other.page.get_by_role("button", name="Read a progress file").click()
    asked.value.set_files(saved)
    expect(other.page.locator(".qk-course [role=status]")).to_contain_text("Read.", timeout=PATIENCE)
    expect(here(other)).to_contain_text("2 of ")
    # the kernel has written it where the page keeps files: the next visit has it, as it had the first
    brought = download(other.page, PROGRESS, folder / "out")
    assert answers_of(brought) == answers["00"] | {LOST_PHOTONS.name: {"tries": 1, "right": True}}


def recordings_come_in_and_go_out(page: SitePage, folder: Path) -> None:
    """Bring recordings in, distil them, and take them and others out."""
    result = run_session(n_pulses=N_PULSES, link=IDEAL_LINK, seed=3)
    made = [folder / name for name in ("mine.csv", "mine.npz")]
    for file in made:
        save_recording(result, file)
    zipped, text = folder / "zipped.csv.gz", folder / "text.txt"
    zipped.write_bytes(gzip.compress(made[0].read_bytes()))
    text.write_bytes(made[0].read_bytes())
    files = [*made, zipped, text]
    assert files[0].stat().st_size > 1 << 20, "JupyterLab brings so much in several pieces"
    upload(page.page, *files)
    told = page.ask(DISTILL.replace("NAMES", repr([file.name for file in files])))
    assert told == "".join(f"{report(file)}\n" for file in files)
    for file in files:
        assert download(page.page, file.name, folder / "out").read_bytes() == file.read_bytes()

    # what the kernel has written is there to be taken out
    page.ask(SAVE.replace("NAMES", repr([f"own-{file.name}" for file in made])))
    for file in made:
        expect(listed(page.page, f"own-{file.name}")).to_be_visible(timeout=PATIENCE)
        brought = download(page.page, f"own-{file.name}", folder / "out")
        assert report(brought).replace("own-", "") == report(file)


@pytest.mark.timeout(900)
def test_progress_and_recordings_go_from_one_browser_to_another(open_lesson: Opens, tmp_path: Path) -> None:
    one = open_lesson(None)
    expect(here(one)).to_contain_text("0 of ")
    answer(one, CHOSEN_KEY)
    expect(here(one)).to_contain_text("1 of ", timeout=PATIENCE)
    answer(one, LOST_PHOTONS)
    expect(here(one)).to_contain_text("2 of ", timeout=PATIENCE)
    with one.page.expect_download() as started:
        one.page.get_by_role("button", name="Save my progress as a file").click()
    saved = tmp_path / started.value.suggested_filename
    started.value.save_as(saved)
    assert answers_of(saved) == {one.name: {"tries": 1, "right": True} for one in (CHOSEN_KEY, LOST_PHOTONS)}

    recordings_come_in_and_go_out(one, tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    progress_goes_on_in(open_lesson(None), saved, open_lesson, other)
