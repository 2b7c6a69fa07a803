"""Questions, the map of the course, and the glossary beside the text, in a real browser."""

import json
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from qkdlab.lab import CHOSEN_KEY
from qkdlab.lab.components.text import words_for
from qkdlab.lab.learning import COURSE, ChoiceQuestion, CourseMap, ProgressFile
from tests.browser.component_page import ComponentPage
from tests.browser.lab import PANEL, READY, Lab, open_and_run, screenshot
from tools.save_notebooks import NOTEBOOK_METADATA

SECONDS = 60_000  # ms
FITS = "root => root.scrollWidth <= root.clientWidth + 1"


@pytest.mark.parametrize(("dark", "width", "large"), [(False, 900, False), (True, 700, True)])
def test_what_is_said_of_an_answer_stands_where_it_was_clicked(
    chromium: Browser, dark: bool, width: int, large: bool
) -> None:
    question = ChoiceQuestion(CHOSEN_KEY)
    question.projector = large
    with ComponentPage(chromium, question, dark=dark, width=width) as shown:
        page, root = shown.page, shown.page.locator(".qk-choice")
        wrong, _, right = (page.get_by_role("button", name=one.text) for one in CHOSEN_KEY.options)
        items = root.locator("li")
        for one in CHOSEN_KEY.options:
            expect(root).not_to_contain_text(one.feedback)
        wrong.click()
        expect(root).not_to_contain_text("Solution:")
        expect(items.nth(0).get_by_role("status")).to_contain_text("✗ Not yet.")
        expect(items.nth(0).get_by_role("status")).to_contain_text(CHOSEN_KEY.options[0].feedback)
        expect(wrong).to_have_attribute("aria-pressed", "true")
        right.click()
        expect(items.nth(2).get_by_role("status")).to_contain_text("✓ Right.")
        assert shown.get("tried") == [0, 2]
        expect(root).to_contain_text(f"Solution: {CHOSEN_KEY.options[2].text}. {CHOSEN_KEY.because}")
        for number in (1, 2, 3):
            page.get_by_role("button", name="Hint").click()
            expect(root).to_contain_text(f"Hint {number} of 3: {CHOSEN_KEY.hints[number - 1]}")
        expect(page.get_by_role("button", name="Hint")).to_have_attribute("aria-disabled", "true")
        assert root.evaluate(FITS)
        screenshot(page, f"choice-{'dark' if dark else 'light'}-{width}")


def test_a_question_answered_by_keys(chromium: Browser) -> None:
    with ComponentPage(chromium, ChoiceQuestion(CHOSEN_KEY)) as shown:
        page = shown.page
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        expect(focused).to_contain_text(CHOSEN_KEY.options[0].text)
        page.keyboard.press("ArrowUp")  # from the first to the last
        expect(focused).to_contain_text(CHOSEN_KEY.options[2].text)
        page.keyboard.press("Enter")
        assert shown.get("tried") == [2]
        page.keyboard.press("b")
        expect(focused).to_contain_text(CHOSEN_KEY.options[1].text)
        assert shown.get("tried") == [2, 1]


@pytest.mark.parametrize(("dark", "width"), [(False, 1000), (True, 460)])
def test_the_map_saves_and_reads_a_progress_file(
    chromium: Browser, tmp_path: Path, dark: bool, width: int
) -> None:
    file = ProgressFile(None)
    file.add("00", CHOSEN_KEY.name, right=True)
    course = CourseMap("00", file)
    with ComponentPage(chromium, course, dark=dark, width=width) as shown:
        page, root = shown.page, shown.page.locator(".qk-course")
        here = root.locator("li[aria-current]")
        expect(here).to_contain_text("00 Start here (you are here)")
        expect(here).to_contain_text("1 of ")
        expect(root.locator(".refresh")).to_have_text(words_for("course")["refresh"])
        expect(root.get_by_role("link", name="Next: 01 Bits and qubits")).to_be_visible()
        with page.expect_download() as started:
            page.get_by_role("button", name="Save my progress as a file").click()
        assert started.value.suggested_filename == "qkdlab_progress.json"
        started.value.save_as(tmp_path / "kept.json")
        kept = json.loads((tmp_path / "kept.json").read_text(encoding="utf-8"))
        assert kept["answers"]["00"][CHOSEN_KEY.name] == {"tries": 1, "right": True}
        with page.expect_file_chooser() as asked:
            page.get_by_role("button", name="Read a progress file").click()
        asked.value.set_files(tmp_path / "kept.json")
        page.wait_for_function("model.get('brought') !== ''")
        course.brought = shown.get("brought")
        shown.push()
        expect(root.get_by_role("status")).to_contain_text("the better of both is kept")
        assert root.evaluate(FITS)
        screenshot(page, f"course-{'dark' if dark else 'light'}-{width}")


@pytest.mark.parametrize("dark", [False, True])
def test_no_row_of_the_map_breaks_and_nothing_done_is_no_full_bar(chromium: Browser, dark: bool) -> None:
    # would catch: "✓ 6 of 6 exercises / done" in two lines, and a dark track that looks like all done
    file = ProgressFile(None)
    for number in range(COURSE[0].n_exercises):
        file.add("00", str(number), right=True)
    with ComponentPage(chromium, CourseMap("05", file), dark=dark, width=1000) as shown:
        root = shown.page.locator(".qk-course")
        assert root.locator("progress").first.evaluate("bar => getComputedStyle(bar).appearance") == "none"
        tall = root.locator("li span:not(.count *)").evaluate_all(
            "all => all.filter((one) => one.getClientRects().length > 1).map((one) => one.textContent)"
        )
        assert not tall, tall
        heights = root.locator("li").evaluate_all("all => all.map((one) => one.clientHeight)")
        assert max(heights) < 1.5 * min(heights), heights
        screenshot(shown.page, f"course-done-{'dark' if dark else 'light'}")


CELLS = (
    "from qkdlab.lab import CHOSEN_KEY, SIFTING, Lesson\nlesson = Lesson('00')",
    "lesson.ask(CHOSEN_KEY)",
    "lesson.check(SIFTING, lambda alice, bob: alice[99])",
    "lesson.map()",
)
TEXT = "Half of the bits vanish in [sifting](glossary.md#sifting). On to [03](03_eavesdroppers.ipynb)."
OPEN = "[...window.jupyterapp.shell.widgets('main')].map(one => one.context?.path)"


def test_in_a_notebook_answers_are_kept_and_the_glossary_opens_beside_the_text(
    lab_page: Page, jupyterlab: Lab
) -> None:
    name, progress = "learning.ipynb", jupyterlab.folder / "qkdlab_progress.json"
    cells = [nbformat.v4.new_markdown_cell(TEXT), *map(nbformat.v4.new_code_cell, CELLS)]
    cells[1].source = "import os\nos.environ.pop('QKDLAB_PROGRESS', None)\n" + cells[1].source
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata=NOTEBOOK_METADATA), jupyterlab.folder / name
    )
    open_and_run(lab_page, jupyterlab, name)
    stopped = lab_page.locator(".jp-OutputArea-output").filter(has_text="NOT CHECKED")
    expect(stopped).to_contain_text("line 1 of your code")
    expect(stopped).to_contain_text("alice[99]")
    assert not progress.exists()
    lab_page.get_by_role("button", name=CHOSEN_KEY.options[2].text).click()
    expect(lab_page.locator(".qk-choice")).to_contain_text("✓ Right.")
    while not progress.exists():  # the page tells at once, the kernel later
        lab_page.wait_for_timeout(100)
    kept = json.loads(progress.read_text(encoding="utf-8"))
    assert kept["answers"]["00"] == {CHOSEN_KEY.name: {"tries": 1, "right": True}}
    progress.unlink()

    lab_page.evaluate("window.jupyterapp.shell.mode = 'multiple-document'")  # as /lab opens it
    lab_page.get_by_role("link", name="sifting").click()
    viewer = lab_page.locator(".jp-MarkdownViewer")
    entry = viewer.get_by_role("heading", name="Sifting", exact=True)
    expect(entry).to_be_in_viewport()
    expect(entry).to_be_focused()
    expect(lab_page.locator(".jp-NotebookPanel")).to_be_visible()  # beside it, not in its place
    boxes = [lab_page.locator(one).bounding_box() for one in (".jp-NotebookPanel", ".jp-MarkdownViewer")]
    assert boxes[0]
    assert boxes[1]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"] + 1
    screenshot(lab_page, "glossary-beside")
    viewer.get_by_role("link", name="Basis", exact=True).first.click()
    expect(viewer.get_by_role("heading", name="Basis", exact=True)).to_be_focused()
    assert sum(path == "glossary.md" for path in lab_page.evaluate(OPEN)) == 1
    # the map's links open notebooks of the folder, in the same page
    lab_page.locator(".qk-course").get_by_role("link", name="03 Eavesdroppers").click()
    lab_page.wait_for_function(
        "window.jupyterapp.shell.currentWidget?.context?.path === '03_eavesdroppers.ipynb'", timeout=SECONDS
    )
    lab_page.wait_for_function(READY, timeout=SECONDS)
    assert lab_page.evaluate(f"{PANEL}.context.path") == "03_eavesdroppers.ipynb"
    (jupyterlab.folder / name).unlink()
