"""The kernel's half of the notice: it answers the question that was asked, and nothing else."""

from typing import Any

from qkdlab.lab import StagePanel
from qkdlab.lab.frame.kernel_notice import KernelNotice


def test_a_question_is_answered_by_its_name() -> None:
    notice, sent = KernelNotice(), []
    notice.send = lambda content, buffers=None: sent.append(content)
    messages: list[Any] = [{"asked": "one"}, {"other": 1}, "text", {"asked": "two"}]
    for content in messages:
        notice._handle_custom_msg(content, [])
    assert sent == [{"heard": "one"}, {"heard": "two"}]


def test_every_panel_has_one() -> None:
    panel = StagePanel()
    assert sum(isinstance(child, KernelNotice) for child in panel.children) == 1
    panel.close()
