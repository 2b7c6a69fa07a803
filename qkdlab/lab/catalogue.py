"""Every word that a learner reads in the lab: the index of the topics' catalogues."""

from collections.abc import Mapping
from typing import Final

from .by_hand import words as _by_hand
from .components import words as _components
from .components.text import sections
from .delivery import words as _delivery
from .distillation import words as _distillation
from .distillation.figures import words as _distillation_figures
from .eavesdropper import words as _eavesdropper
from .frame import words as _frame
from .learning import words as _learning
from .link import words as _link
from .link_budget import words as _link_budget
from .link_budget.figures import words as _link_budget_figures
from .network import words as _network
from .network.figures import words as _network_figures
from .network.map import words as _map
from .pqc import words as _pqc
from .qubits import words as _qubits
from .sessions import words as _sessions
from .sweeps import words as _sweeps

TOPICS: Final = (
    *(_components, _learning, _frame, _sessions, _qubits, _by_hand),
    *(_link, _eavesdropper, _link_budget, _distillation, _network, _map, _delivery, _pqc, _sweeps),
    *(_link_budget_figures, _distillation_figures, _network_figures),
)
"""The modules that hold words."""

WORDS: Final[Mapping[str, Mapping[str, str]]] = sections()
"""All words: section (one for each component or panel) → name → text."""
