"""Distributions of Pyodide differ in which packages stand beside their standard library."""

from pathlib import Path

import pytest

from tools.site.packages import AT_START, FROM_DISTRIBUTION, Package, closure, wanted


def distribution(*names: str) -> dict[str, Package]:
    """Packages of these names, each for itself."""
    return {name: Package(name=name, version="1", archive=Path(name)) for name in names}


@pytest.mark.parametrize("separate", [(), ("sqlite3",)])
def test_sqlite_is_taken_where_it_is_a_package_and_not_missed_where_it_is_none(
    separate: tuple[str, ...],
) -> None:
    # before: "No package sqlite3" with Pyodide 314, whose standard library has it
    packages = distribution(*FROM_DISTRIBUTION, *AT_START, *separate)
    assert set(closure(wanted(packages), packages)) == set(packages)


def test_a_package_that_is_missing_ends_the_build() -> None:
    packages = distribution(*FROM_DISTRIBUTION, *AT_START)
    del packages["numpy"]
    with pytest.raises(SystemExit, match="No package numpy"):
        closure(wanted(packages), packages)
