"""KMEs with a fault each: the check that is there for it finds it, and no other check complains."""

import pytest

from qkdlab.delivery.conformance import CHECKS, Outcome, run_suite
from tests.delivery.conformance.faults import FAULTS
from tests.delivery.conformance.faulty_kme import FaultyKmes
from tests.delivery.conformance.targets import target
from tests.delivery.kme.kmes import Kmes

pytestmark = pytest.mark.long

COMPLAINTS = Outcome.FAIL, Outcome.WARN


def test_copies_without_a_fault_pass(kmes: Kmes, copies: FaultyKmes) -> None:
    report = run_suite(target(kmes, copies.urls))
    assert report.named(*COMPLAINTS) == (), str(report)
    assert report.named(Outcome.SKIP) == ("no_multicast",)


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_found_by_the_check_that_is_there_for_it(
    kmes: Kmes, copies: FaultyKmes, name: str
) -> None:
    copies.fault, expected = FAULTS[name]
    report = run_suite(target(kmes, copies.urls))
    assert report.named(*COMPLAINTS) == (expected,), str(report)
    assert report.passed is (CHECKS[expected].level == "our reading")


def test_a_kme_that_lets_in_who_has_no_certificate_is_found(kmes: Kmes, copies: FaultyKmes) -> None:
    copies.nameless_welcome = True
    copies.start()
    try:
        report = run_suite(target(kmes, copies.urls))
    finally:
        copies.nameless_welcome = False
        copies.start()
    assert report.named(*COMPLAINTS) == ("client_certificate",), str(report)


def test_a_kme_that_speaks_old_tls_is_found(kmes: Kmes, copies: FaultyKmes) -> None:
    copies.old_tls = True
    copies.start()
    try:
        report = run_suite(target(kmes, copies.urls))
    finally:
        copies.old_tls = False
        copies.start()
    if "tls_version" in report.named(Outcome.SKIP):
        pytest.skip("this computer speaks no TLS before 1.2")
    assert report.named(*COMPLAINTS) == ("tls_version",), str(report)
