"""What a learner sees: components, panels and the machinery under them.

Nothing else in the package imports this.

- ``components``: one widget a file; draws plain data, knows no physics.
- ``panels``: one panel a topic: controls, components and a session.
- ``checks``: exercise checks, with hints and explained solutions.
- ``figures``: a session as a still picture.
- ``network_figures``: a network as a still picture.
- ``stages``, ``attack_charts``, ``gain_charts``, ``budget_charts``: a session as the plain data that
  components draw.
- ``cascade_story``: a run of Cascade on a short key, told step by step.
- ``cascade_efficiency``: published means to set it against.
- ``sample_chart``, ``sifting_loop``, ``short_keys``: small runs that show one step of distillation.
- ``budget_theory``: key and error rates against distance.
- ``challenge``: noise or Eve? Lines whose figures follow from a number.
- ``eve_equations``: what Eve has in hand about the corrected key, as equations that she can solve.
- ``leftover``: what is left of her knowledge after hashing, by going through all keys.
- ``limits``: where error correction leaves no key.
- ``words``: every word that a learner reads.
- ``runner``: runs a session in the background; the newest request wins.
- ``fallback``: a picture beside a live widget, for readers without a kernel.
- ``keyboard``: keeps the notebook's shortcuts away from a panel.
"""

from ..extras import extra_needed

with extra_needed("lab"):
    from .checks import (
        BISECTION,
        DARK_QBER,
        DENOMINATORS,
        DRAINED_ACCOUNT,
        ERRORS_LEFT,
        EXTRA_REACH,
        FORM_UNITS,
        INTERCEPTED_QBER,
        KEY_LIMIT,
        LARGEST_QBER,
        LEAK,
        MULTIPHOTON,
        PARITY_RELAY,
        QUIET_BASIS,
        SAMPLE_SIZE,
        SHARE_THRESHOLD,
        SIFTING,
        SWITCHED_STAR,
        TAG_LENGTH,
        TELLTALE,
        TOEPLITZ,
        TRANSMITTANCE,
        YIELD_BOUND,
    )
    from .figures import KEY_PICTURE, pictures_figure, session_figure
    from .panels import (
        DistillationPanel,
        EavesdropperPanel,
        LinkBudgetPanel,
        LinkPanel,
        NetworkPanel,
        NetworkSettings,
        SamplePanel,
        StagePanel,
    )

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
