"""The words of exercises, choices and the course."""

from typing import Final

from ..components.text import add_words

CHECKS: Final = {
    "open": "NOT ANSWERED YET",
    "open_hint": "replace None with your answer and run the cell again.",
    "not_checked": "NOT CHECKED (the code stopped with an error)",
    "crash": "{error}. It was called as {call}.",
    "crash_line": "{error}. It happened in line {line} of your code, `{code}`, called as {call}.",
    "printed": "Your code printed for this input: {text}",
    "check_failed": "NOT CHECKED (our check stopped with an error)",
    "check_failed_hint": "this is our fault and says nothing about your answer. {error}",
    "wrong": "NOT YET",
    "percent": "That is 100 times as much. If it is meant in per cent, give a share of 1.",
    "rounded": "That is rounded: return all the digits, without `round`.",
    "text": "That is text: return the number, without quotation marks.",
    "right": "RIGHT",
    "hint": "HINT {number}",
    "hint_last": "That was the last hint. lesson.solution(…) explains the answer.",
    "solution": "SOLUTION",
}

QUESTION: Final = {
    "options": "Answers",
    "right": "✓ Right.",
    "wrong": "✗ Not yet.",
    "hint": "Hint",
    "hint_told": "Hint {number} of {total}: {text}",
    "solution": "Solution",
    "solution_told": "Solution: {answer}. {because}",
}

CHOICE: Final = {
    **QUESTION,
    "name": "Question",
    "told": "Question: {question} Answers to choose from: {options}",
    "still": "A picture of a question. To answer it, run the cells above, then this one.",
}

GUIDE_LINE: Final = {
    **QUESTION,
    "name": "Guided questions",
    "card": "Options, hints and answer",
    "count": "Question {number} of {total}",
    "answer": "Answer ▾",
    "answer_hint": "Show what can be answered, or hide it",
    "answered": "✓ Answered ▾",
    "back": "◀",
    "back_hint": "The question before",
    "next": "▶",
    "next_hint": "The next question",
    "fold": "Hide",
    "fold_hint": "Hide the questions, or show them again",
    "show": "▸ Questions ({number} of {total})",
    "close": "Close",
    "close_hint": "Back to the panel (Escape)",
}

COURSE: Final = {
    "name": "The course",
    "here": "you are here",
    "done": "{done} of {total} exercises done",
    "before": "← Before: {title}",
    "after": "Next: {title} →",
    "glossary": "Glossary",
    "export": "Save my progress as a file",
    "import": "Read a progress file",
    "imported": "Read. Of each exercise the better of both is kept.",
    "told": "The course, {total} notebooks. {rows}.",
    "refresh": "Answers from other notebooks are shown when this cell runs again.",
    "still": "A picture of the course. To save or read your progress, run the cells above, then this one.",
}

PROGRESS: Final = {
    "not_text": "this is no progress file: it cannot be read.",
    "not_ours": "this is no progress file of qkdlab.",
    "newer": "this progress file is of a newer qkdlab (version {version}; this one reads up to {own}).",
    "odd": "this progress file is damaged at {place}.",
    "kept": "Your progress is not in the file, only in this notebook: {reason} Use lesson.map() to save it.",
    "moved": "The file with your progress could not be read. It was kept as {name}, and a new one was begun.",
    "cannot_write": "{name} cannot be written ({error}).",
}

add_words(
    {"checks": CHECKS, "choice": CHOICE, "guide_line": GUIDE_LINE, "course": COURSE, "progress": PROGRESS}
)
