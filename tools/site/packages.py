"""What the kernel in the browser needs: chosen from Pyodide and from wheels, trimmed and compiled.

The site has one lock of its own, `pyodide-lock.json`, with every package that the kernel may load: those of
the distribution, pure ones from PyPI, the kernel's own and ours. So no index is asked when the page runs.
"""

import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path
from typing import Any

RUNTIME = ("pyodide.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
"""What every distribution has; the JavaScript beside the wasm has another suffix in newer ones."""
RUNTIME_JAVASCRIPT = ("pyodide.asm.js", "pyodide.asm.mjs")
FROM_DISTRIBUTION = ("micropip", "ipython", "jedi", "numpy", "scipy", "matplotlib")
"""What we take from the distribution, each with what it depends on."""
ONCE_SEPARATE = ("sqlite3",)
"""Packages of older distributions; newer ones have them in their standard library."""
NOT_NEEDED = frozenset({"setuptools", "pytz", "matplotlib-pyodide", "fonttools", "pyodide-unix-timezones"})
"""Named as dependencies, but nothing in the laboratory uses them: PDF, other zones of time, canvases."""
AT_START = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython", "qkdlab")
"""What is fetched while Pyodide starts; everything else comes with the cell that imports it."""

TRIMMED: Mapping[str, tuple[str, ...]] = {
    "*": ("*/tests/*", "*.pxd", "*.h", "*.pyx", "*.c", "*.a", "*.f90"),
    "scipy": (
        *(f"scipy/{part}/*" for part in ("cluster", "datasets", "fftpack", "io", "misc", "odr", "signal")),
        *("scipy/_lib/cobyqa/*", "scipy/_lib/array_api_compat/torch/*", "scipy/special/_precompute/*"),
        *("*/_test_*", "*/_cytest*", "scipy/special/_*testutils*", "*/_tstutils*", "*/special/_add_newdocs*"),
        *("scipy/stats/_sobol_direction_numbers.npz", "*.pyi"),
    ),
    "numpy": ("*.pyi", "numpy/linalg/lapack_lite*"),
    "matplotlib": (
        *(
            "matplotlib/fontlist.json",
            "*/sample_data/*",
            "*/stylelib/*",
            "*/pdfcorefonts/*",
            "*/fonts/afm/*",
            "*/mpl-data/images/*",
        ),
        *("*/DejaVuSerif*", "*Oblique.ttf", "*/DejaVuSansMono-*", "*/Humor-Sans.ttf"),
        # numbers on an axis of powers ask for each family of these, though not for its bold or italic members
        *("*/STIX*Bol*", "*/STIX*Ita*"),
        # windows of other systems, PDF and PostScript
        *(f"*/backends/*{name}*" for name in ("cairo", "gtk", "mac", "pdf", "pgf", "_ps", "qt", "_tk", "wx")),
        *("*/backends/*web*", "matplotlib/_ttconv*", "matplotlib/_qhull*"),
        *("matplotlib/testing/*", "matplotlib/sphinxext/*"),
        *("mpl_toolkits/ax*", "*.pyi"),
    ),
    "python-dateutil": ("dateutil/zoneinfo/*.gz",),
    "pillow": (
        *("PIL/_webp*", "PIL/_imagingft*", "PIL/*imagingcms*", "PIL/*imagingtk*", "PIL/Pdf*", "*.pyi"),
        *("PIL/[ACDEFHIMSWX]*ImagePlugin*", "PIL/Blp*", "PIL/Jpeg2K*"),
    ),
    "jedi": (
        *("jedi/third_party/django-stubs/*", "*/typeshed/third_party/*", "*/typeshed/stdlib/2*"),
        *(f"*/typeshed/stdlib/3/{name}/*" for name in ("distutils", "lib2to3", "tkinter")),
    ),
    "pygments": (
        *(f"pygments/lexers/{letter}*" for letter in "abcdefghijklmnoqrtuvwxyz"),
        *("pygments/lexers/_[a-ln-z]*", "pygments/lexers/s[a-oq-z]*", "pygments/lexers/p[a-xz]*"),
    ),
    "ipython": ("IPython/sphinxext/*", "IPython/testing/plugin/*", "*/_process_win32*"),
    "prompt-toolkit": ("*/win32*", "prompt_toolkit/contrib/ssh/*", "prompt_toolkit/contrib/telnet/*"),
    "anywidget": ("anywidget/labextension/*", "anywidget/nbextension/*"),
}
"""Files that are left out, by the name of the package: nothing in the laboratory asks for them."""
FONTS = "matplotlib/mpl-data"
"""Where the list of fonts is, below the folder of packages; for the page, matplotlib's folder of settings."""
HERE = Path(__file__).resolve().parent
EPOCH = (2020, 1, 1, 0, 0, 0)  # of files in archives, so that the same input gives the same bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package for the lock: an archive, what it needs, and the names by which it is imported."""

    name: str
    version: str
    archive: Path
    depends: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    kind: str = "package"
    install_dir: str = "site"
    extra: Mapping[str, Any] = field(default_factory=dict)


def canonical(name: str) -> str:
    """Return the name of a package as locks write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_distribution(folder: Path) -> dict[str, Package]:
    """Return the packages that `folder`, a Pyodide distribution, has files of."""
    lock = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))
    known = ("name", "version", "file_name", "depends", "imports", "package_type", "install_dir", "sha256")
    found: dict[str, Package] = {}
    for name, entry in lock["packages"].items():
        archive = folder / entry["file_name"]
        if not archive.is_file():
            continue
        if sha256(archive.read_bytes()).hexdigest() != entry["sha256"]:
            raise SystemExit(f"{archive.name} is not what the lock of the distribution says")
        found[canonical(name)] = Package(
            name=entry["name"],
            version=entry["version"],
            archive=archive,
            depends=tuple(map(canonical, entry["depends"])),
            imports=tuple(entry["imports"]),
            kind=entry["package_type"],
            install_dir=entry["install_dir"],
            extra={key: value for key, value in entry.items() if key not in known},
        )
    return found


def read_wheel(path: Path, depends: Iterable[str] = ()) -> Package:
    """Return a pure wheel as a package; what it depends on is told by whoever chose it."""
    name, version, *_ = path.name.split("-")
    with zipfile.ZipFile(path) as wheel:
        tops = {file.split("/")[0].removesuffix(".py") for file in wheel.namelist() if file.endswith(".py")}
    imports = sorted(top for top in tops if not top.endswith((".data", ".dist-info")))
    return Package(
        name=canonical(name), version=version, archive=path, depends=tuple(depends), imports=tuple(imports)
    )


def wanted(packages: Container[str]) -> list[str]:
    """Return the packages that the site is made of, where a distribution has these."""
    return [*FROM_DISTRIBUTION, *(name for name in ONCE_SEPARATE if name in packages), *AT_START]


def closure(names: Iterable[str], packages: Mapping[str, Package]) -> dict[str, Package]:
    """Return the packages that are wanted, with all that they need."""
    chosen: dict[str, Package] = {}
    waiting = [canonical(name) for name in names]
    while waiting:
        name = waiting.pop()
        if name in chosen or name in NOT_NEEDED:
            continue
        if name not in packages:
            raise SystemExit(f"No package {name}: neither the distribution nor the wheels have it")
        chosen[name] = packages[name]
        waiting += packages[name].depends
    return chosen


def trimmed(package: Package) -> tuple[str, ...]:
    """Return the patterns of the files of a package that are left out."""
    return (*TRIMMED["*"], *TRIMMED.get(canonical(package.name), ()))


def unpack(package: Package, folder: Path) -> Path:
    """Unpack a package into a folder of its own, without what nobody needs."""
    target = folder / canonical(package.name)
    shutil.unpack_archive(package.archive, target, "zip")
    for path in sorted(target.rglob("*"), reverse=True):
        inside = path.relative_to(target).as_posix()
        if path.is_file() and any(fnmatch(inside, pattern) for pattern in trimmed(package)):
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    for data in target.glob("*.data"):  # for the front end, which has them already
        shutil.rmtree(data)
    for record in target.glob("*.dist-info/RECORD"):
        record.unlink()
    return target


def pack(folder: Path, archive: Path) -> None:
    """Make an archive of all files of a folder; the same files give the same bytes."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EPOCH)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                made.writestr(info, path.read_bytes())


def compile_all(folder: Path, runtime: Path, node: Path) -> None:
    """Compile the Python files below `folder` with the Python of a distribution, run by Node.js."""
    subprocess.run([node, HERE / "compile.mjs", runtime.resolve(), folder.resolve()], check=True)


def cached_archive(package: Package, cache: Path) -> Path:
    """Return where the trimmed and compiled form of a package is kept, by what it is made from."""
    made_by = sha256((HERE / "compile.mjs").read_bytes() + repr(trimmed(package)).encode())
    made_by.update(package.archive.read_bytes())
    return cache / made_by.hexdigest()[:32] / package.archive.name


def write_packages(
    chosen: Mapping[str, Package], distribution: Path, output: Path, node: Path, cache: Path
) -> list[str]:
    """Write runtime, archives and the lock of the site into `output`; see that all of it can be imported.

    Return what the packages import of the standard library.
    """
    output.mkdir(parents=True)
    for name in (*RUNTIME, *RUNTIME_JAVASCRIPT):
        if (distribution / name).is_file():
            shutil.copy(distribution / name, output / name)
    shutil.copy(distribution / "pyodide-lock.json", output)
    new = {name: one for name, one in chosen.items() if not cached_archive(one, cache).is_file()}
    work = output.parent / "unpacked"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    for package in new.values():
        unpack(package, work)
    if new:
        compile_all(work, output, node)
    for name, package in new.items():
        archive = cached_archive(package, cache)
        archive.parent.mkdir(parents=True, exist_ok=True)
        pack(work / name, archive)
    shutil.rmtree(work)
    for package in chosen.values():
        shutil.copy(cached_archive(package, cache), output)
    write_lock(chosen, distribution, output)
    found = tried(output, node)
    add_fonts(chosen["matplotlib"], output, work, found["fonts"])
    write_lock(chosen, distribution, output)
    standard: list[str] = found["standard"]
    return standard


def write_lock(chosen: Mapping[str, Package], distribution: Path, output: Path) -> None:
    """Write the site's `pyodide-lock.json`: the chosen packages with the hashes of the files in `output`."""
    lock = json.loads((distribution / "pyodide-lock.json").read_text(encoding="utf-8"))
    lock["packages"] = {
        name: dict(package.extra)
        | {
            "name": package.name,
            "version": package.version,
            "file_name": package.archive.name,
            "install_dir": package.install_dir,
            "sha256": sha256((output / package.archive.name).read_bytes()).hexdigest(),
            "package_type": package.kind,
            "imports": list(package.imports),
            "depends": [one for one in package.depends if one in chosen],
        }
        for name, package in sorted(chosen.items())
    }
    (output / "pyodide-lock.json").write_text(json.dumps(lock, indent=1), encoding="utf-8")


def tried(output: Path, node: Path) -> dict[str, Any]:
    """Try everything once; return what was found on the way."""
    command: list[str | Path] = [node, HERE / "try_packages.mjs", output.resolve(), *AT_START]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The packages of the site do not work together:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def add_fonts(matplotlib: Package, output: Path, work: Path, fonts: Mapping[str, Any]) -> None:
    """Keep the list of fonts that matplotlib would make at each start."""
    archive = output / matplotlib.archive.name
    shutil.unpack_archive(archive, work, "zip")
    place = work / ("matplotlib" if fonts["own"] else FONTS)
    (place / fonts["name"]).write_text(fonts["text"], encoding="utf-8")
    pack(work, archive)
    shutil.rmtree(work)
