"""One pair of KMEs for all tests of a file that leave it alive."""

from collections.abc import Iterator

import pytest

from tests.delivery.kme.kmes import Kmes


@pytest.fixture(scope="module")
def kmes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kmes]:
    with Kmes(tmp_path_factory.mktemp("kmes"), idle_seconds=2.0, request_seconds=1.0) as pair:
        pair.start()
        pair.feed(60_000)
        yield pair
