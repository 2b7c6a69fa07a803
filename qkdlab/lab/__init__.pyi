from .by_hand.choices import MESSAGE_SENT, ONE_BASIS
from .by_hand.exercises import ANNOUNCED, BOB_READS, EVE_KNOWS, KEPT_ROWS, STOP_AT
from .by_hand.hand import Hand
from .by_hand.hand_report import hand_report
from .by_hand.moves import play
from .by_hand.panel import HandPanel
from .delivery.choices import EVE_STAYS
from .delivery.delivery_settings import DeliverySettings
from .delivery.exercises import ATTACKER_NEEDS, POOL_LASTS, ROTATION_TIME, TELLTALE_ID
from .delivery.panel import EncryptorPanel
from .distillation.choices import ANY_ERROR, EQUAL_KEYS, PERFECT_LINKS
from .distillation.exercises_correction import BISECTION, ERRORS_LEFT, LARGEST_QBER, LEAK
from .distillation.exercises_secrecy import DRAINED_ACCOUNT, KEY_LIMIT, TAG_LENGTH, TOEPLITZ
from .distillation.figures.correction_figures import frame_figure, interval_figure
from .distillation.figures.secrecy_figures import (
    epsilon_figure,
    folding_figure,
    hash_length_figure,
    key_limit_figure,
    short_run_figure,
)
from .distillation.panel import DistillationPanel
from .distillation.sampling.sample_panel import SamplePanel
from .eavesdropper.choices import COPY_AND_WAIT
from .eavesdropper.exercises import DENOMINATORS, QUIET_BASIS, SAMPLE_SIZE
from .eavesdropper.panel import EavesdropperPanel
from .learning import Lesson
from .link.choices import CHOSEN_KEY, EVE_READS_ALL, LOST_PHOTONS, WHOSE_ERRORS
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
from .network.exercises_trust import LAST_KEYS, WHO_KNOWS
from .network.figures.link_figures import link_end_figure, relay_chain_figure, star_figure
from .network.figures.trust_figures import all_views_figure, forms_figure, shares_figure, stores_figure
from .network.panel import NetworkPanel
from .network.settings import NetworkSettings
from .pqc.choices import HARVESTED, KEYS_RUN_OUT, MIDDLE_NODE, WHO_ANSWERS
from .pqc.duel import duel
from .pqc.exercises import LOST_MESSAGES, ORDER_FACTORS
from .pqc.panel import TimelinePanel
from .pqc.teams import Assault, Defence
from .pqc.timeline import TimelineSettings, timeline_report
from .qubits.choices import CNOT_COPY, HALF_PHOTON, MEASURED_TWICE, UNKNOWN_BIT
from .qubits.copy_panel import CopyPanel
from .qubits.exercises import COPY_FIDELITY, MALUS, TELL_APART, WRONG_BASIS
from .qubits.grid_panel import GridPanel
from .qubits.mystery_panel import MysteryPanel
from .qubits.panel import QubitPanel
from .sweeps.plots import SweepFigure, heat_map, plot_sweep, rate_against_distance

__all__ = [
    "ANNOUNCED",
    "ANY_ERROR",
    "ATTACKER_NEEDS",
    "BISECTION",
    "BOB_READS",
    "CHOSEN_KEY",
    "CNOT_COPY",
    "COPY_AND_WAIT",
    "COPY_FIDELITY",
    "DARK_QBER",
    "DENOMINATORS",
    "DRAINED_ACCOUNT",
    "EQUAL_KEYS",
    "ERRORS_LEFT",
    "EVE_KNOWS",
    "EVE_READS_ALL",
    "EVE_STAYS",
    "EXTRA_REACH",
    "FORM_UNITS",
    "HALF_PHOTON",
    "HARVESTED",
    "INTERCEPTED_QBER",
    "KEPT_ROWS",
    "KEYS_RUN_OUT",
    "KEY_LIMIT",
    "KEY_PICTURE",
    "LARGEST_QBER",
    "LAST_KEYS",
    "LEAK",
    "LOSS_OR_ERROR",
    "LOST_MESSAGES",
    "LOST_PHOTONS",
    "MALUS",
    "MEASURED_TWICE",
    "MESSAGE_SENT",
    "MIDDLE_NODE",
    "MULTIPHOTON",
    "ONE_BASIS",
    "ORDER_FACTORS",
    "PARITY_RELAY",
    "PERFECT_LINKS",
    "POOL_LASTS",
    "QUIET_BASIS",
    "ROTATION_TIME",
    "SAMPLE_SIZE",
    "SHARE_THRESHOLD",
    "SIFTING",
    "STOP_AT",
    "SWITCHED_STAR",
    "TAG_LENGTH",
    "TELLTALE",
    "TELLTALE_ID",
    "TELL_APART",
    "TOEPLITZ",
    "TRANSMITTANCE",
    "UNKNOWN_BIT",
    "WHOSE_ERRORS",
    "WHO_ANSWERS",
    "WHO_DID_IT",
    "WHO_KNOWS",
    "WRONG_BASIS",
    "YIELD_BOUND",
    "Assault",
    "CopyPanel",
    "Defence",
    "DeliverySettings",
    "DistillationPanel",
    "EavesdropperPanel",
    "EncryptorPanel",
    "GridPanel",
    "Hand",
    "HandPanel",
    "Lesson",
    "LinkBudgetPanel",
    "LinkPanel",
    "MysteryPanel",
    "NetworkPanel",
    "NetworkSettings",
    "QubitPanel",
    "SamplePanel",
    "StagePanel",
    "SweepFigure",
    "TimelinePanel",
    "TimelineSettings",
    "all_views_figure",
    "brightness_figure",
    "duel",
    "epsilon_figure",
    "folding_figure",
    "forms_figure",
    "frame_figure",
    "gains_figure",
    "hand_report",
    "hash_length_figure",
    "heat_map",
    "interval_figure",
    "key_limit_figure",
    "link_end_figure",
    "pictures_figure",
    "play",
    "plot_sweep",
    "rate_against_distance",
    "reach_figure",
    "relay_chain_figure",
    "session_figure",
    "shares_figure",
    "short_run_figure",
    "splitting_figure",
    "star_figure",
    "stores_figure",
    "timeline_report",
]
