"""What a learner sees: components, panels and the machinery under them.

Nothing else in the package imports this. A topic is a folder, with its panel, controls, charts, words,
presets and exercises; ``components`` has the widgets that know no topic, ``frame`` what every panel is made
of, ``sessions`` what all panels with a session share, and ``catalogue`` the index of all words. The names
below are the topics'.
"""

from ..extras import extra_needed

with extra_needed("lab"):
    from .delivery.choices import EVE_STAYS
    from .delivery.delivery_settings import DeliverySettings
    from .delivery.exercises import ATTACKER_NEEDS, POOL_LASTS, ROTATION_TIME, TELLTALE_ID
    from .delivery.panel import EncryptorPanel
    from .distillation.exercises_correction import BISECTION, ERRORS_LEFT, LARGEST_QBER, LEAK
    from .distillation.exercises_secrecy import DRAINED_ACCOUNT, KEY_LIMIT, TAG_LENGTH, TOEPLITZ
    from .distillation.figures.secrecy_figures import hash_length_figure, key_limit_figure, short_run_figure
    from .distillation.panel import DistillationPanel
    from .distillation.sampling.sample_panel import SamplePanel
    from .eavesdropper.choices import COPY_AND_WAIT
    from .eavesdropper.exercises import DENOMINATORS, QUIET_BASIS, SAMPLE_SIZE
    from .eavesdropper.panel import EavesdropperPanel
    from .learning import Lesson
    from .link.exercises import INTERCEPTED_QBER, SIFTING
    from .link.panel import LinkPanel
    from .link.pictures import KEY_PICTURE, pictures_figure, session_figure
    from .link.stage_panel import StagePanel
    from .link_budget.choices import LOSS_OR_ERROR, WHO_DID_IT
    from .link_budget.exercises_decoys import MULTIPHOTON, TELLTALE, YIELD_BOUND
    from .link_budget.exercises_loss import DARK_QBER, EXTRA_REACH, TRANSMITTANCE
    from .link_budget.figures.decoy_figures import gains_figure, splitting_figure
    from .link_budget.figures.rate_figures import brightness_figure, reach_figure
    from .link_budget.panel import LinkBudgetPanel
    from .network.exercises import FORM_UNITS, PARITY_RELAY, SHARE_THRESHOLD, SWITCHED_STAR
    from .network.figures.link_figures import link_end_figure, relay_chain_figure, star_figure
    from .network.panel import NetworkPanel
    from .network.settings import NetworkSettings
    from .pqc.choices import HARVESTED, KEYS_RUN_OUT, MIDDLE_NODE, WHO_ANSWERS
    from .pqc.duel import duel
    from .pqc.exercises import LOST_MESSAGES, ORDER_FACTORS
    from .pqc.panel import TimelinePanel
    from .pqc.teams import Assault, Defence
    from .pqc.timeline import TimelineSettings, timeline_report

__all__ = [
    "ATTACKER_NEEDS",
    "BISECTION",
    "COPY_AND_WAIT",
    "DARK_QBER",
    "DENOMINATORS",
    "DRAINED_ACCOUNT",
    "ERRORS_LEFT",
    "EVE_STAYS",
    "EXTRA_REACH",
    "FORM_UNITS",
    "HARVESTED",
    "INTERCEPTED_QBER",
    "KEYS_RUN_OUT",
    "KEY_LIMIT",
    "KEY_PICTURE",
    "LARGEST_QBER",
    "LEAK",
    "LOSS_OR_ERROR",
    "LOST_MESSAGES",
    "MIDDLE_NODE",
    "MULTIPHOTON",
    "ORDER_FACTORS",
    "PARITY_RELAY",
    "POOL_LASTS",
    "QUIET_BASIS",
    "ROTATION_TIME",
    "SAMPLE_SIZE",
    "SHARE_THRESHOLD",
    "SIFTING",
    "SWITCHED_STAR",
    "TAG_LENGTH",
    "TELLTALE",
    "TELLTALE_ID",
    "TOEPLITZ",
    "TRANSMITTANCE",
    "WHO_ANSWERS",
    "WHO_DID_IT",
    "YIELD_BOUND",
    "Assault",
    "Defence",
    "DeliverySettings",
    "DistillationPanel",
    "EavesdropperPanel",
    "EncryptorPanel",
    "Lesson",
    "LinkBudgetPanel",
    "LinkPanel",
    "NetworkPanel",
    "NetworkSettings",
    "SamplePanel",
    "StagePanel",
    "TimelinePanel",
    "TimelineSettings",
    "brightness_figure",
    "duel",
    "gains_figure",
    "hash_length_figure",
    "key_limit_figure",
    "link_end_figure",
    "pictures_figure",
    "reach_figure",
    "relay_chain_figure",
    "session_figure",
    "short_run_figure",
    "splitting_figure",
    "star_figure",
    "timeline_report",
]
