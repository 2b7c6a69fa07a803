"""Guided questions in a blank page: answers where they were asked, hints in turn, the keyboard."""

from playwright.sync_api import Browser, Page, expect

from qkdlab.lab.components import GuideLine
from tests.browser.component_page import ComponentPage
from tests.browser.fitting import faults_of

QUESTIONS = [
    {
        "question": f"What is seen of {what}?",
        "options": [
            {"text": "Nothing.", "feedback": "Look at the error rate."},
            {"text": "Errors.", "feedback": "So it is."},
        ],
        "right": 1,
        "hints": ["Look.", "Look closer.", "It is an error."],
        "because": "Who measures disturbs.",
    }
    for what in ("Eve", "loss")
]


def button(page: Page, name: str):  # type: ignore[no-untyped-def]
    return page.get_by_role("button", name=name)


def test_a_question_is_answered_where_it_was_asked(chromium: Browser) -> None:
    with ComponentPage(chromium, GuideLine(questions=QUESTIONS), width=1000) as shown:
        page = shown.page
        expect(page.locator(".count")).to_have_text("Question 1 of 2")
        expect(page.locator(".ask")).to_have_text("What is seen of Eve?")
        expect(page.locator(".card")).to_be_hidden()
        button(page, "Answer").click()
        wrong, right = page.locator(".option").all()
        wrong.click()
        expect(wrong).to_have_text("✗ No. Nothing.")  # by sign and word, not by colour alone
        expect(page.locator(".feedback").first).to_have_text("Look at the error rate.")
        expect(page.locator(".feedback").last).to_be_hidden()
        expect(page.get_by_text("Who measures disturbs.")).to_have_count(0)
        right.click()
        expect(right).to_have_text("✓ Right. Errors.")
        expect(page.get_by_text("Why: Who measures disturbs.")).to_be_visible()
        assert shown.get("chosen") == [[0, 1], []]
        expect(button(page, "✓ Answered")).to_be_visible()
        assert not faults_of(page.locator(".card"))
        button(page, "▶").click()
        expect(page.locator(".ask")).to_have_text("What is seen of loss?")
        expect(page.locator(".option").first).to_have_text("Nothing.")  # nothing of the other question
        expect(button(page, "▶")).to_have_attribute("aria-disabled", "true")  # there is no third
        button(page, "◀").click()
        expect(page.locator(".option").last).to_have_text("✓ Right. Errors.")


def test_hints_come_in_turn_and_the_solution_tells_what_is_right(chromium: Browser) -> None:
    with ComponentPage(chromium, GuideLine(questions=QUESTIONS), width=1000) as shown:
        page = shown.page
        button(page, "Answer").click()
        for number in (1, 2, 3):
            button(page, "Hint").click()
            expect(page.locator(".hints p")).to_have_count(number)
        expect(button(page, "Hint (3 of 3)")).to_have_attribute("aria-disabled", "true")
        button(page, "Solution").click()
        expect(page.locator(".option").last).to_have_text("✓ Right. Errors.")
        assert shown.get("chosen") == []  # to be told is not to have answered


def test_the_line_can_be_hidden_and_the_keyboard_does_all(chromium: Browser) -> None:
    with ComponentPage(chromium, GuideLine(questions=QUESTIONS), width=420) as shown:
        page = shown.page
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".card")).to_be_visible()
        for _ in range(4):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".option").first).to_have_text("✗ No. Nothing.")
        page.keyboard.press("Escape")
        expect(page.locator(".card")).to_be_hidden()
        expect(button(page, "Answer")).to_be_focused()
        assert not faults_of(page.locator(".qk-guide"))
        button(page, "Hide").click()
        expect(page.locator(".ask")).to_be_hidden()
        button(page, "Questions (1 of 2)").click()
        expect(page.locator(".ask")).to_be_visible()


def test_without_questions_there_is_no_line(chromium: Browser) -> None:
    with ComponentPage(chromium, GuideLine()) as shown:
        expect(shown.page.locator(".qk-guide")).to_be_hidden()
