"""Public cases that path builders hung on: everybody's answer, and what it costs here.

Cost is counted, never timed. That pyHanko does not come back is counted too, where the case is
small enough to end; `make soak` waits for the real ones.
"""

import logging
import multiprocessing
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from pyhanko_certvalidator.registry import CertificateRegistry

from jpki.verify import Outcome, Verdict
from jpki.verify.path import signatures
from jpki.verify.path.building import Pool
from tests.verify.path.asked import LIMITS, Chain, ask, ask_openssl, ask_pyhanko
from tests.verify.path.making import SUBJECT, certificate
from tests.verify.path.public_cases import (
    ACCEPTS,
    CASES,
    LOST,
    NO_IDENTIFIERS,
    RECURSES,
    ladder,
    table,
)
from tests.verify.path.test_building import crossed, mesh

PAGE = Path(__file__).parents[3] / "docs" / "paths.md"
TWO_WAYS = [one for one in CASES if str(one).startswith("TWO_ROOTS")]
every_case = pytest.mark.parametrize("case", CASES, ids=str)


@pytest.fixture(autouse=True)
def quiet(caplog):
    """PyHanko logs a traceback for each path that is not valid."""
    caplog.set_level(logging.CRITICAL, "pyhanko_certvalidator")


@pytest.fixture
def work(monkeypatch) -> Counter[str]:
    """Count what is really done: signatures, certificates to choose from, looks of pyHanko."""
    done: Counter[str] = Counter()
    verify, named = signatures.verify, Pool.named
    look = CertificateRegistry.find_potential_issuers

    def counted_verify(*arguments):
        done["signatures"] += 1
        return verify(*arguments)

    def counted_named(pool, name):
        found = named(pool, name)
        done["candidates"] += len(found)
        return found

    def counted_look(*arguments):
        done["pyHanko's look-ups"] += 1
        return look(*arguments)

    monkeypatch.setattr(signatures, "verify", counted_verify)
    monkeypatch.setattr(Pool, "named", counted_named)
    monkeypatch.setattr(CertificateRegistry, "find_potential_issuers", counted_look)
    return done


@every_case
def test_the_answer_here_and_what_it_costs(case, work):
    """Good where the suite says so and nowhere else, for a countable number of steps."""
    chain = case.make()

    report = ask(chain, replace(LIMITS, depth=case.depth))

    assert (report.verdict is Verdict.GOOD) == case.is_good
    assert report.verdict is case.verdict
    decided = [one.rule.id for one in report.checks if one.outcome is not Outcome.PASS]
    assert decided[:1] == ([case.rule] if case.rule else [])
    assert work["signatures"] <= case.signatures <= LIMITS.signatures
    assert work["candidates"] <= LIMITS.steps + len(chain.certificates)


@every_case
def test_the_answer_of_openssl(case, tmp_path):
    """As the table has it."""
    assert ask_openssl(case.make(), tmp_path).accepts == (case.openssl == ACCEPTS)


@pytest.mark.parametrize("case", [one for one in CASES if one.pyhanko != LOST], ids=str)
def test_the_answer_of_pyhanko(case):
    """As the table has it, where it has one."""
    opinion = ask_pyhanko(case.make())

    assert opinion.accepts == (case.pyhanko == ACCEPTS)
    assert ("RecursionError" in opinion.text) == (case.pyhanko == RECURSES)


@pytest.mark.parametrize("case", TWO_WAYS, ids=str)
def test_the_order_of_files_decides_for_openssl_alone(case, tmp_path):
    """Where a CA has two certificates, it goes up by the first and does not come back."""
    chain = case.make()
    turned = replace(chain, certificates=chain.certificates[::-1])

    assert {ask_openssl(one, tmp_path).accepts for one in (chain, turned)} == {True, False}
    assert [ask(one).verdict for one in (chain, turned)] == [Verdict.GOOD, Verdict.GOOD]


SMALL = {
    "one name and one key": (
        partial(ladder, same_name=True, same_key=True),
        {3: 16, 4: 65, 5: 326},
    ),
    "one name, no key identifiers": (
        partial(ladder, same_name=True, same_key=False, top="root", drop=NO_IDENTIFIERS),
        {2: 4, 3: 10, 4: 32},
    ),
}


@pytest.mark.parametrize(("small", "look_ups"), SMALL.values(), ids=SMALL)
def test_the_way_pyhanko_s_look_ups_multiply(small, look_ups, work):
    """Each CA more makes them several times as many; here no key verifies a signature twice."""
    for size, expected in look_ups.items():
        work.clear()
        ask_pyhanko(small(size))
        assert work["pyHanko's look-ups"] == expected

        ask(small(size))
        assert work["signatures"] <= 2 * (size + 1) ** 2


def _five_crossed() -> Chain:
    cas = mesh(5)
    return Chain("mesh", certificate(cas[0], SUBJECT, ca=False), crossed(cas), [])


@pytest.mark.soak
@pytest.mark.parametrize(
    "make",
    [*(one.make for one in CASES if one.pyhanko == LOST), _five_crossed],
    ids=[*(str(one) for one in CASES if one.pyhanko == LOST), "five CAs"],
)
def test_pyhanko_does_not_come_back(make):
    """It is still searching after ten seconds; here the answer takes a fraction of one."""
    chain = make()
    searching = multiprocessing.get_context("fork").Process(target=ask_pyhanko, args=(chain,))
    searching.start()
    searching.join(10)
    is_lost = searching.is_alive()
    searching.kill()
    searching.join()

    assert is_lost
    assert ask(chain).verdict is Verdict.CANNOT_TELL


def test_the_page_has_the_table():
    """`docs/paths.md`, as `public_cases.table` writes it."""
    assert f"\n{table()}\n\n" in PAGE.read_text(encoding="utf-8")
