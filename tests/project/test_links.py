"""Every link of the docs and notebooks leads somewhere, and every citation to a source that is listed."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from qkdlab.lab.learning.course import COURSE, notebook_of
from tools.glossary import anchor_of, glossary_page, read_terms
from tools.save_notebooks import NOTEBOOKS

ROOT = NOTEBOOKS.parent
SOURCES = ROOT / "docs" / "sources.md"
PAGES = sorted(
    path
    for folder in (NOTEBOOKS, NOTEBOOKS / "gallery", ROOT / "docs", ROOT)
    for path in (*folder.glob("*.ipynb"), *folder.glob("*.md"))
)

LINK = re.compile(r"(?<!\\)\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
CITATION = re.compile(r"\[([A-Z][A-Za-z-]*\d{4}[a-z]?)\]")
TERMS_OF_ART = (
    *("BB84", "Basis", "Cascade", "Dark count", "Decoy", "Hash", "KME", "LDPC code", "Man in the middle"),
    *("No-cloning theorem", "One-time pad", "Parity", "Photon-number splitting", "Privacy amplification"),
    *("QBER", "Qubit", "SAE", "Secret sharing", "Sifting", "Superposition", "Syndrome", "Trusted node"),
)
"""Terms that a notebook links to the glossary, or explains in bold, if its text uses them."""


@cache
def prose(path: Path) -> str:
    """The Markdown of a page or notebook, without code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.S)


def headings(path: Path) -> set[str]:
    """The anchors of a page."""
    found = re.findall(r"^#+ +(.+?)\s*$", prose(path), flags=re.M)
    return {anchor_of(re.sub(r"[*_`]|\[([^\]]*)\]\([^)]*\)", r"\1", one)) for one in found}


def links(path: Path) -> Iterator[str]:
    """The targets of all links of a page, pictures included."""
    yield from LINK.findall(prose(path))
    yield from re.findall(r"(?:href|src)=[\"']([^\"']+)[\"']", prose(path))


each_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)


@each_page
def test_every_link_leads_somewhere(path: Path) -> None:
    broken = []
    for link in links(path):
        if re.match(r"[a-z]+:", link):
            assert re.match(r"https?://[\w.-]+\.\w+(/|$)|mailto:", link), link
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        there = target.exists() and target.is_relative_to(ROOT)
        if not there or (anchor and target.suffix in {".md", ".ipynb"} and anchor not in headings(target)):
            broken.append(link)
    assert not broken


def keys() -> set[str]:
    """The keys of the sources."""
    found = re.findall(r"^- \[([^\]]+)\]", SOURCES.read_text(encoding="utf-8"), flags=re.M)
    assert len(set(found)) == len(found), "a key names one source"
    return set(found)


@each_page
def test_every_citation_is_of_a_source_that_is_listed(path: Path) -> None:
    linked = re.findall(r"\[([^\]]+)\]\([^)]*sources\.md[^)]*\)", prose(path))
    plain = CITATION.findall(re.sub(r"\[[^\]]*\]\([^)]*\)", "", prose(path)))
    cited = {*plain, *(one for one in linked if CITATION.fullmatch(f"[{one}]"))}
    assert cited <= keys()


def test_every_source_is_cited() -> None:
    text = "\n".join(prose(path) for path in PAGES if path != SOURCES)
    assert not {key for key in keys() if f"[{key}]" not in text}


def test_a_source_has_a_title_and_a_year() -> None:
    entries = re.split(r"^- ", SOURCES.read_text(encoding="utf-8"), flags=re.M)[1:]
    assert all(re.search(r"\b(19|20)\d\d\b", re.sub(r"^\[[^\]]*\]", "", entry)) for entry in entries)


# ---- the glossary ------------------------------------------------------------------------------------------


def test_the_glossary_is_up_to_date() -> None:
    # run `python -m tools.glossary`
    assert (NOTEBOOKS / "glossary.md").read_text(encoding="utf-8") == glossary_page(read_terms())


def test_meanings_are_short_sentences() -> None:
    for term in read_terms():
        assert term.meaning.endswith("."), term.name
        assert len(term.meaning) < 260, term.name


def test_the_notebook_that_a_term_leads_to_uses_it() -> None:
    # would catch: a term that leads to a notebook without it; what a panel says when it runs is not saved
    for term in read_terms():
        saved = (NOTEBOOKS / notebook_of(term.where).file).read_text(encoding="utf-8").lower()
        text = re.sub(r'"image/png": "[^"]*"', "", saved)
        stems = [word[:5] for word in re.findall(r"\w{3,}", term.name.lower())]
        assert term.name == "Shot" or any(re.search(rf"\b{stem}", text) for stem in stems), term.name


@pytest.mark.parametrize(
    ("name", "anchor"),
    [
        ("Privacy amplification", "privacy-amplification"),
        ("One-time pad", "one-time-pad"),
        ("Shor's algorithm", "shors-algorithm"),
    ],
)
def test_anchors_are_those_of_github(name: str, anchor: str) -> None:
    assert anchor_of(name) == anchor


def test_two_terms_of_one_name_and_unknown_ones_are_refused() -> None:
    terms = read_terms()
    with pytest.raises(ValueError, match="anchors of their own"):
        glossary_page([*terms, terms[0]])
    with pytest.raises(ValueError, match="see must name other terms, got"):
        glossary_page(terms[1:])


@pytest.mark.parametrize("one", COURSE, ids=lambda one: one.number)
def test_a_notebook_links_or_explains_its_terms(one) -> None:
    path = NOTEBOOKS / one.file
    text = prose(path)
    bare = re.sub(r"\[[^\]]*\]\([^)]*\)", "", text)
    missing = []
    for name in TERMS_OF_ART:
        used = re.search(rf"\b{re.escape(name.lower())}s?\b", bare.lower())
        explained = re.search(rf"\*\*[^*]*{re.escape(name.lower())}[^*]*\*\*", text.lower())
        if used and f"glossary.md#{anchor_of(name)}" not in text and not explained:
            missing.append(name)
    assert not missing


@pytest.mark.parametrize("one", COURSE, ids=lambda one: one.number)
def test_a_notebook_links_to_those_before_and_after(one) -> None:
    path = NOTEBOOKS / one.file
    place = COURSE.index(one)
    around = COURSE[max(0, place - 1) : place] + COURSE[place + 1 : place + 2]
    assert {other.file for other in around} <= set(links(path))
