"""What a learner sees: components, panels and the machinery under them.

Nothing else in the package imports this.

- ``components``: one widget a file; draws plain data, knows no physics.
- ``panels``: one panel a topic: controls, components and a session.
- ``checks``: exercise checks, with hints and explained solutions.
- ``figures``: what components show, as still pictures for readers without a kernel.
- ``stages``, ``attack_charts``, ``gain_charts``, ``budget_charts``: a session as the plain data that
  components draw.
- ``cascade_story``: a run of Cascade on a short key, told step by step.
- ``cascade_efficiency``: published means to set it against.
- ``sample_chart``, ``short_keys``: small runs that show one step of distillation.
- ``budget_theory``: key and error rates against distance.
- ``challenge``: noise or Eve? Lines whose figures follow from a number.
- ``limits``: where error correction leaves no key.
- ``words``: every word that a learner reads.
- ``runner``: runs a session in the background; the newest request wins.
- ``keyboard``: keeps the notebook's shortcuts away from a panel.
"""

from ..extras import extra_needed

with extra_needed("lab"):
    from .distillation.exercises_correction import BISECTION, ERRORS_LEFT, LARGEST_QBER, LEAK
    from .distillation.exercises_secrecy import DRAINED_ACCOUNT, KEY_LIMIT, TAG_LENGTH, TOEPLITZ
    from .distillation.panel import DistillationPanel
    from .distillation.sampling.sample_panel import SamplePanel
    from .eavesdropper.exercises import DENOMINATORS, QUIET_BASIS, SAMPLE_SIZE
    from .eavesdropper.panel import EavesdropperPanel
    from .link.exercises import INTERCEPTED_QBER, SIFTING
    from .link.panel import LinkPanel
    from .link.pictures import KEY_PICTURE, pictures_figure, session_figure
    from .link.stage_panel import StagePanel
    from .link_budget.exercises_decoys import MULTIPHOTON, TELLTALE, YIELD_BOUND
    from .link_budget.exercises_loss import DARK_QBER, EXTRA_REACH, TRANSMITTANCE
    from .link_budget.panel import LinkBudgetPanel
    from .network.exercises import FORM_UNITS, PARITY_RELAY, SHARE_THRESHOLD, SWITCHED_STAR
    from .network.panel import NetworkPanel
    from .network.settings import NetworkSettings

__all__ = [
    "BISECTION",
    "DARK_QBER",
    "DENOMINATORS",
    "DRAINED_ACCOUNT",
    "ERRORS_LEFT",
    "EXTRA_REACH",
    "FORM_UNITS",
    "INTERCEPTED_QBER",
    "KEY_LIMIT",
    "KEY_PICTURE",
    "LARGEST_QBER",
    "LEAK",
    "MULTIPHOTON",
    "PARITY_RELAY",
    "QUIET_BASIS",
    "SAMPLE_SIZE",
    "SHARE_THRESHOLD",
    "SIFTING",
    "SWITCHED_STAR",
    "TAG_LENGTH",
    "TELLTALE",
    "TOEPLITZ",
    "TRANSMITTANCE",
    "YIELD_BOUND",
    "DistillationPanel",
    "EavesdropperPanel",
    "LinkBudgetPanel",
    "LinkPanel",
    "NetworkPanel",
    "NetworkSettings",
    "SamplePanel",
    "StagePanel",
    "pictures_figure",
    "session_figure",
]
