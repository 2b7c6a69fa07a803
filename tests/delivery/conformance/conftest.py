"""A pair of KMEs for all tests of this folder, and copies of them that can be made faulty."""

from collections.abc import Iterator

import pytest

from tests.delivery.conformance.faulty_kme import FaultyKmes, faultless
from tests.delivery.kme.kmes import Kmes


@pytest.fixture(scope="session")
def kmes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kmes]:
    with Kmes(tmp_path_factory.mktemp("conformance")) as pair:
        pair.start()
        pair.feed(45_000)
        yield pair


@pytest.fixture(scope="session")
def all_copies(kmes: Kmes) -> Iterator[FaultyKmes]:
    with FaultyKmes(kmes) as copies:
        yield copies


@pytest.fixture
def copies(all_copies: FaultyKmes) -> Iterator[FaultyKmes]:
    yield all_copies
    all_copies.fault = faultless
