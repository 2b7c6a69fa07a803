"""Guided questions in a blank page: answers where they were asked, hints in turn, the keyboard."""

from playwright.sync_api import Browser, Page, expect

from qkdlab.lab.learning import Choice, Option
from qkdlab.lab.learning.guide_line import GuideLine
from tests.browser.component_page import ComponentPage
from tests.browser.fitting import faults_of

QUESTIONS = [
    Choice(
        name=what,
        question=f"What is seen of {what}?",
        options=(
            Option(text="Nothing.", feedback="Look at the error rate."),
            Option(text="Errors.", feedback="So it is."),
        ),
        right=1,
        hints=("Look.", "Look closer.", "It is an error."),
        because="Who measures disturbs.",
    )
    for what in ("Eve", "loss")
]
SOLUTION = "Solution: Errors. Who measures disturbs."


def button(page: Page, name: str):  # type: ignore[no-untyped-def]
    return page.get_by_role("button", name=name)


def test_a_question_is_answered_where_it_was_asked(chromium: Browser) -> None:
    with ComponentPage(chromium, GuideLine(QUESTIONS), width=1000) as shown:
        page = shown.page
        expect(page.locator(".count")).to_have_text("Question 1 of 2")
        expect(page.locator(".ask")).to_have_text("What is seen of Eve?")
        expect(page.locator(".card")).to_be_hidden()
        button(page, "Answer").click()
        wrong, right = page.locator("li:visible").all()
        wrong.get_by_role("button").click()  # by sign and word, not by colour alone
        expect(wrong.get_by_role("status")).to_have_text("✗ Not yet. Look at the error rate.")
        expect(right.get_by_role("status")).to_be_empty()
        expect(page.get_by_text(SOLUTION)).to_have_count(0)
        right.get_by_role("button").click()
        expect(right.get_by_role("status")).to_have_text("✓ Right. So it is.")
        expect(page.get_by_text(SOLUTION)).to_be_visible()
        assert shown.get("tried") == [[0, 1], []]
        expect(button(page, "✓ Answered")).to_be_visible()
        assert not faults_of(page.locator(".card"))
        button(page, "▶").click()
        expect(page.locator(".ask")).to_have_text("What is seen of loss?")
        expect(page.locator(".card")).to_be_hidden()  # before: open over what is asked for next
        button(page, "Answer").click()
        expect(page.locator("li:visible").first).to_have_text("a)Nothing.")  # nothing of the other question
        expect(button(page, "▶")).to_have_attribute("aria-disabled", "true")  # there is no third
        button(page, "◀").click()
        button(page, "✓ Answered").click()
        expect(page.locator("li:visible").last).to_contain_text("✓ Right. So it is.")


def test_hints_come_in_turn_and_the_solution_tells_what_is_right(chromium: Browser) -> None:
    with ComponentPage(chromium, GuideLine(QUESTIONS), width=1000) as shown:
        page = shown.page
        button(page, "Answer").click()
        for number in (1, 2, 3):
            button(page, "Hint").click()
            expect(page.locator(".hints p")).to_have_count(number)
        expect(page.locator(".hints p").last).to_have_text("Hint 3 of 3: It is an error.")
        expect(button(page, "Hint")).to_have_attribute("aria-disabled", "true")
        button(page, "Solution").click()
        expect(page.get_by_text(SOLUTION)).to_be_visible()
        assert shown.get("tried") == [[], []]  # to be told is not to have answered
        button(page, "▶").click()
        button(page, "Answer").click()
        expect(page.locator(".hints:visible p")).to_have_count(0)  # those of the other question


def test_the_line_can_be_hidden_and_the_keyboard_does_all(chromium: Browser) -> None:
    with ComponentPage(chromium, GuideLine(QUESTIONS), width=420) as shown:
        page = shown.page
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".card")).to_be_visible()
        for _ in range(4):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("li:visible").first).to_contain_text("✗ Not yet.")
        page.keyboard.press("ArrowDown")
        expect(page.locator(":focus")).to_contain_text("Errors.")
        page.keyboard.press("b")
        expect(page.locator("li:visible").last).to_contain_text("✓ Right.")
        page.keyboard.press("Escape")
        page.keyboard.press("a")  # no option is seen
        assert shown.get("tried") == [[0, 1], []]
        expect(page.locator(".card")).to_be_hidden()
        expect(button(page, "Answer")).to_be_focused()
        assert not faults_of(page.locator(".qk-guide"))
        button(page, "Hide").click()
        expect(page.locator(".ask")).to_be_hidden()
        button(page, "Questions (1 of 2)").click()
        expect(page.locator(".ask")).to_be_visible()
