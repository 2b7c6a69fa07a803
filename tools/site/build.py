"""Puts the site together: JupyterLite with our notebooks, the kernel's packages, and pages that start it.

Everything in the folder is reached by relative addresses: it works at any path of any server of files.
"""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from .packages import (
    AT_START,
    FONTS,
    RUNTIME,
    RUNTIME_JAVASCRIPT,
    Package,
    canonical,
    closure,
    pack,
    read_distribution,
    read_wheel,
    wanted,
    write_packages,
)

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
CACHE = ROOT / ".bootstrap" / "site-packages"
LEFT_OUT = (".*", "__pycache__", "gallery")
"""What a learner is not given: hidden files, and the gallery, which nobody has tried in a browser."""

CONTENTS = ("notebooks", "docs", "CHANGELOG.md", "README.md", "LICENSE")
KERNELSPEC = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
DEPENDS = {
    "qkdlab": ("numpy", "scipy", "matplotlib", "ipywidgets", "anywidget", "lazy-loader", "networkx", "simpy"),
    "lazy-loader": ("packaging",),
    "ipywidgets": ("comm", "ipython", "traitlets"),
    "anywidget": ("ipywidgets", "psygnal", "typing-extensions"),
    "pyodide-kernel": ("ipython", "comm"),
    "ipykernel": ("pyodide-kernel",),
}
"""What pure wheels need in the browser; their own metadata names more, for front ends that are not there."""
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"


def kernel_wheels() -> list[Path]:
    """Return the wheels that come with the kernel: itself, and what stands for ipykernel."""
    folder = (
        Path(sys.prefix) / "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
    )
    names = ("ipykernel", "pyodide_kernel")
    return [path for name in names for path in sorted(folder.glob(f"{name}-*.whl"))]


def stand_in(folder: Path) -> Path:
    """Make a wheel of what stands for JupyterLite's installer."""
    tree = folder / "piplite"
    shutil.copytree(HERE / "kernel", tree, ignore=shutil.ignore_patterns("__pycache__"))
    information = tree / "piplite-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: piplite\nVersion: 1\n")
    pack(tree, folder / "piplite-1-py3-none-any.whl")
    return folder / "piplite-1-py3-none-any.whl"


def own_wheel(folder: Path) -> Path:
    """Build the wheel of the laboratory, as `pip install` would get it."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder.resolve())]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    (wheel,) = folder.glob("qkdlab-*.whl")
    return wheel


def all_packages(distribution: Path, wheels: Path, work: Path) -> dict[str, Package]:
    """Return what the site's kernel may load: the distribution's, then wheels, the kernel's and ours."""
    packages = read_distribution(distribution)
    paths = [*sorted(wheels.glob("*.whl")), *kernel_wheels(), stand_in(work), own_wheel(work)]
    for path in paths:
        found = read_wheel(path, DEPENDS.get(canonical(path.name.split("-")[0]), ()))
        packages.setdefault(found.name, found)
    return closure(wanted(packages), packages)


def stage_contents(folder: Path) -> None:
    """Copy what a learner opens; notebooks name the kernel that is there."""
    for name in CONTENTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns(*LEFT_OUT))
        else:
            shutil.copy(source, folder / name)
    for path in (folder / "notebooks").glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["metadata"]["kernelspec"] = KERNELSPEC
        path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def run_lite(work: Path, output: Path, contents: Path) -> None:
    """Run `jupyter lite build` with our settings."""
    shutil.copy(ROOT / "etc/jupyter/labconfig/default_setting_overrides.json", work / "overrides.json")
    command = [sys.executable, "-m", "jupyterlite_core", "build", f"--output-dir={output}"]
    command += [f"--lite-dir={work}", f"--contents={contents}", "--apps=lab", "--no-sourcemaps"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=work)
    if done.returncode:
        raise SystemExit(f"jupyter lite build failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")


def configure(output: Path, standard: Sequence[str]) -> None:
    """Say where Pyodide is and what it begins with, add our extension, and ask no index."""
    extension = output / "extensions" / "qkdlab"
    shutil.copytree(ROOT / "share/jupyter/labextensions/qkdlab", extension)
    lock = json.loads((output / "static/pyodide/pyodide-lock.json").read_text(encoding="utf-8"))
    python = ".".join(lock["info"]["python"].split(".")[:2])
    path = output / "jupyter-lite.json"
    lite = json.loads(path.read_text(encoding="utf-8"))
    config: dict[str, Any] = lite["jupyter-config-data"]
    package = json.loads((extension / "package.json").read_text(encoding="utf-8"))
    config["federated_extensions"].append({"name": "qkdlab", **package["jupyterlab"]["_build"]})
    config |= {"appName": "qkdlab", "exposeAppInBrowser": True}
    options = {
        "packages": list(AT_START),
        "env": {"MPLCONFIGDIR": f"/lib/python{python}/site-packages/{FONTS}", "HOME": "/home/pyodide"},
    }
    config.setdefault("litePluginSettings", {})[KERNEL] = {
        "pyodideUrl": "./static/pyodide/start_python.mjs",
        "disablePyPIFallback": True,
        "pipliteUrls": [],
        "loadPyodideOptions": {"lockFileURL": "./static/pyodide/pyodide-lock.json", **options},
    }
    path.write_text(json.dumps(lite, indent=1), encoding="utf-8")
    write_python(output, options, standard)


def write_python(output: Path, options: Mapping[str, Any], standard: Sequence[str]) -> None:
    """Write what starts Python, before JupyterLab asks for a kernel, and what keeps its memory."""
    pyodide = output / "static" / "pyodide"
    kernel = output / "extensions/@jupyterlite/pyodide-kernel-extension/static"
    (worker,) = kernel.glob("comlink.worker.*.js")
    started = sha256(json.dumps([options["env"], standard]).encode())
    for name in (*RUNTIME, *RUNTIME_JAVASCRIPT):
        if (pyodide / name).is_file():
            started.update((pyodide / name).read_bytes())
    named = {
        "OPTIONS = {}": f"OPTIONS = {json.dumps(options)}",
        "STANDARD = []": f"STANDARD = {json.dumps(standard)}",
        'VERSION = ""': f'VERSION = "{started.hexdigest()[:16]}"',
        "KERNEL": worker.relative_to(output).as_posix(),
    }
    for source, folder in (
        ("start_python.mjs", pyodide),
        ("kernel_worker.js", output),
        ("keep_worker.js", output),
    ):
        text = (HERE / source).read_text(encoding="utf-8")
        for old, new in named.items():
            text = text.replace(old, new)
        (folder / source).write_text(text, encoding="utf-8")


def name_archives(output: Path) -> None:
    """Say in the lists of files what a compressed file is: by the name inside, it would be read as text."""
    for listing in (output / "api" / "contents").rglob("all.json"):
        files = json.loads(listing.read_text(encoding="utf-8"))
        for one in files["content"]:
            if one["name"].endswith(".gz"):
                one |= {"mimetype": "application/gzip", "format": "base64"}
        listing.write_text(json.dumps(files, indent=1), encoding="utf-8")


def mend_downloads(output: Path) -> None:
    """Give out an uploaded text as it came: JupyterLite keeps it in Base64, and would give out that."""
    wrong, right = '"text"===o.format||"text/plain"===o.mimetype', '"text"===o.format'
    found = 0
    for path in (output / "build").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        if wrong in text:
            path.write_text(text.replace(wrong, right), encoding="utf-8")
            found += 1
    if found != 1:
        raise SystemExit("This JupyterLite downloads files otherwise than we know")


def write_pages(output: Path) -> None:
    """Write the first page, the start of the lab's page, and the service worker with the build's own name."""
    shutil.copy(HERE / "index.html", output / "index.html")
    config = json.loads((output / "jupyter-lite.json").read_text(encoding="utf-8"))["jupyter-config-data"]
    start = (HERE / "start.js").read_text(encoding="utf-8").replace("JUPYTERLITE", config["appVersion"])
    (output / "start.js").write_text(start, encoding="utf-8")
    lab = output / "lab" / "index.html"
    text = lab.read_text(encoding="utf-8")
    text, links = re.subn(
        r'<link id="jupyter-lite-main" rel="preload"', '<link id="jupyter-lite-main" rel="later"', text
    )
    text, starts = re.subn(
        r"await import\(\s*'(\.\./config-utils\.js[^']*)'\s*\);",
        r"await (await import('../start.js')).ready();\n        await import('\1');",
        text,
    )
    if links != 1 or starts != 1:
        raise SystemExit("The page of this JupyterLite begins otherwise than we know")
    lab.write_text(text, encoding="utf-8")
    (output / "service-worker.js").rename(output / "drive-worker.js")
    digest = sha256()
    for path in sorted(output.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(output).as_posix().encode() + path.read_bytes())
    worker = (HERE / "service_worker.js").read_text(encoding="utf-8")
    (output / "service-worker.js").write_text(
        worker.replace("BUILD", digest.hexdigest()[:16]), encoding="utf-8"
    )


def make_zip(output: Path, archive: Path) -> None:
    """Pack the site, with the folder's name on top."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for path in sorted(output.rglob("*")):
            if path.is_file():
                made.write(path, f"qkdlab-site/{path.relative_to(output).as_posix()}")


def build(distribution: Path, wheels: Path, output: Path, node: Path) -> None:
    """Build the site into `output`, which is made anew, and its archive beside it."""
    work = output.with_name(f"{output.name}-work")
    for folder in (output, work):
        shutil.rmtree(folder, ignore_errors=True)
    contents = work / "contents"
    contents.mkdir(parents=True)
    stage_contents(contents)
    run_lite(work, output, contents)
    chosen = all_packages(distribution, wheels, work)
    standard = write_packages(chosen, distribution, work / "pyodide", node, CACHE)
    shutil.copytree(work / "pyodide", output / "static" / "pyodide")
    configure(output, standard)
    name_archives(output)
    mend_downloads(output)
    shutil.rmtree(output / "doc")  # a second way to show a notebook, which no page of ours uses
    write_pages(output)
    make_zip(output, output.with_name("qkdlab-site.zip"))
    shutil.rmtree(work)
    print(size_table(output))


def size_table(output: Path) -> str:
    """Return how large the parts of the site are, in megabytes."""
    rows = []
    for part in ("build", "extensions", "static/pyodide", "files"):
        size = sum(path.stat().st_size for path in (output / part).rglob("*") if path.is_file())
        rows.append(f"{part:16}{size / 1e6:8.1f} MB")
    return "\n".join(rows)
