"""What is not installed is named, with the extra that brings it; sessions need no extra at all."""

import pickle
import subprocess
import sys
import tomllib

import pytest
from packaging.requirements import Requirement

import qkdlab
from qkdlab import MissingExtra, QkdlabError
from qkdlab.extras import extra_needed
from tests.project.test_imports import MODULES, PACKAGE, imported_modules
from tests.refusals import expect_refusal

pytestmark = pytest.mark.long

PROJECT = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WIDGETS = ("anywidget", "ipywidgets", "matplotlib", "traitlets")
OPTIONAL = (*WIDGETS, "IPython", "jupyterlab", "qiskit_ibm_runtime")
HIDE = """
import sys
class Hidden:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.split(".")[0] in {modules!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hidden)
"""
# where the name to install is not the name to import
DISTRIBUTIONS = {"qiskit_aer": "qiskit-aer", "lazy_loader": "lazy-loader"}
BROUGHT_ALONG = {
    "traitlets": "ipywidgets",
    "IPython": "ipywidgets",
    "comm": "ipywidgets",
}  # what an extra brings without naming it


def run_without(modules: tuple[str, ...], code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter that cannot import the modules."""
    command = [sys.executable, "-c", HIDE.format(modules=modules) + code]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=PACKAGE.parent)


@pytest.mark.parametrize(
    "statement", ["import qkdlab.lab", "from qkdlab.lab.link.pictures import session_figure"]
)
@pytest.mark.parametrize("module", WIDGETS)
def test_the_lab_names_what_is_missing_and_its_extra(module: str, statement: str) -> None:
    done = run_without((module,), statement)
    last = done.stderr.splitlines()[-1]
    assert last == (
        f'qkdlab.errors.MissingExtra: {module} is not installed: pip install "qkdlab[lab]" '
        '("qkdlab[kernel]" under a front end of its own)'
    )


def test_tools_that_look_for_an_import_error_find_one() -> None:
    code = "try:\n  import qkdlab.lab\nexcept ModuleNotFoundError as error:\n  print(error.name, error.extra)"
    assert run_without(("anywidget",), code).stdout.split() == ["anywidget", "lab"]


def test_a_session_and_a_network_need_no_extra() -> None:
    code = (
        "from qkdlab import run_session\nfrom qkdlab.network import Network, ring\n"
        "Network(ring(3), seed=1).run(1)\n"
        "print(run_session(n_pulses=1000, seed=1).report()[:6])"
    )
    done = run_without(OPTIONAL, code)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def names(requirements: list[str]) -> set[str]:
    return {Requirement(line).name for line in requirements}


@pytest.mark.parametrize("module", MODULES)
def test_what_is_imported_is_asked_for(module: str) -> None:
    # would catch: the lab importing what only a developer has; the core importing what only the lab has
    roots = {name.split(".")[0] for name in imported_modules(module)} - {"qkdlab"} - sys.stdlib_module_names
    asked = names(PROJECT["dependencies"])
    if MODULES[module].is_relative_to(PACKAGE / "lab"):
        asked |= names(PROJECT["optional-dependencies"]["kernel"])
    for room in ("delivery", "sweep"):
        if MODULES[module].is_relative_to(PACKAGE / room):
            asked |= names(PROJECT["optional-dependencies"][room])
    assert {BROUGHT_ALONG.get(root, DISTRIBUTIONS.get(root, root)) for root in roots} <= asked


@pytest.mark.parametrize("module", ["qiskit", "qiskit_aer", "scipy.optimize", "scipy.stats"])
def test_the_package_and_the_lab_import_later_what_is_large(module: str) -> None:
    # would catch: an import at the head of a module. A browser has no Qiskit, and all of it takes long
    code = f"import sys, qkdlab.network\nfrom qkdlab.lab import *\nprint({module!r} in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("scipy.special", "import qkdlab"),
        ("scipy.special", "from qkdlab.lab import QubitPanel"),
        ("networkx", "from qkdlab.lab import LinkPanel"),
        ("qkdlab.delivery.encryptor", "from qkdlab.lab import NetworkPanel"),
    ],
)
def test_a_notebook_pays_for_what_it_uses(module: str, code: str) -> None:
    # would catch: a panel that waits until all others are imported, too
    code = f"import sys\n{code}\nprint({module!r} in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


WITHOUT_QISKIT = ("qiskit", "qiskit_aer")


def test_without_qiskit_a_session_has_the_same_report() -> None:
    settings = "n_pulses=200_000, seed=3, eavesdropper=InterceptResend(fraction=0.3), link=GENERIC_LINK"
    code = f"from qkdlab import *\nprint(run_session({settings}).report())"
    here = run_without((), code)
    assert here.returncode == 0
    assert run_without(WITHOUT_QISKIT, code).stdout == here.stdout != ""


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            "run_session(n_pulses=1000, seed=1, sampler='shots', link=IDEAL_LINK)",
            "qiskit_aer is not installed: shots need it, and no browser has it",
        ),
        (
            "to_qiskit(build_circuit(BB84.signals[0], Basis.Z))",
            "qiskit is not installed: Qiskit circuits need it, and no browser has it",
        ),
    ],
)
def test_without_qiskit_what_needs_it_says_so(statement: str, message: str) -> None:
    code = (
        "from qkdlab import *\nfrom qkdlab.quantum.circuits import build_circuit\n"
        "from qkdlab.quantum.gates.qiskit_circuit import to_qiskit\n"
        "from qkdlab.quantum.protocols import BB84\n"
    )
    done = run_without(WITHOUT_QISKIT, code + statement)
    assert done.stderr.splitlines()[-1] == f"qkdlab.errors.MissingQiskit: {message}"


def test_without_aer_shots_say_so_and_single_qubits_are_drawn_all_the_same() -> None:
    code = (
        "import numpy as np\nfrom qkdlab import *\nfrom qkdlab.quantum.qubit_circuits import *\n"
        "one = measured_circuit(QubitState(angle_deg=90), [Basis.Z])\n"
        "print(run_shots(one, 5, np.random.default_rng(1)).ravel())\n"
        "run_session(n_pulses=1000, seed=1, sampler='shots', link=IDEAL_LINK)"
    )
    done = run_without(("qiskit_aer",), code)
    assert done.stdout.strip() == "[1 1 1 1 1]"
    assert done.stderr.splitlines()[-1] == (
        "qkdlab.errors.MissingQiskit: qiskit_aer is not installed: shots need it, and no browser has it"
    )


def test_a_module_of_the_package_that_is_not_there_is_no_missing_extra() -> None:
    with pytest.raises(ModuleNotFoundError) as caught, extra_needed("lab"):
        __import__("qkdlab.no_such_module")
    assert not isinstance(caught.value, MissingExtra)


def test_other_errors_are_left_alone() -> None:
    with pytest.raises(ImportError, match=r"cannot import name") as caught, extra_needed("devices"):
        from qiskit import no_such_name  # noqa: F401
    assert not isinstance(caught.value, MissingExtra)


def test_only_extras_that_exist() -> None:
    with expect_refusal("extra must be one of lab, devices, delivery, sweep, got 'kit'"), extra_needed("kit"):
        pass
    assert {"lab", "devices", "delivery", "sweep"} <= set(PROJECT["optional-dependencies"])


def test_the_error_belongs_to_the_tree_and_can_be_pickled() -> None:
    error = pickle.loads(pickle.dumps(MissingExtra("qiskit_ibm_runtime", "devices")))
    assert isinstance(error, QkdlabError)
    assert isinstance(error, ImportError)
    assert str(error) == 'qiskit_ibm_runtime is not installed: pip install "qkdlab[devices]"'
    assert qkdlab.MissingExtra is type(error)
