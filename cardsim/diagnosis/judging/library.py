"""Rows about libpcsclite: which one a program gets, and which protocol it speaks.

Not here: what answers at the other end (`door`). Source: ld.so(8), pcsc-lite `src/libredirect.c`.
Called by `judging`.
"""

from collections.abc import Iterator

from cardsim.diagnosis.facts import Facts, Library
from cardsim.diagnosis.findings import Check, Finding
from cardsim.diagnosis.judging.words import spoken_by_us, version

LOADED = Check("library.loaded", "the libpcsclite that programs load")
OTHERS = Check("library.others", "further files of libpcsclite")
PROTOCOL = Check("library.protocol", "the protocol libpcsclite speaks")
DELEGATE = Check("library.delegate", "LIBPCSCLITE_DELEGATE")
SPY = Check("library.spy", "pcsc-spy between program and library")

_SPY = "libpcscspy"
_INSTALL = "install libpcsclite1 (Debian, Ubuntu) or pcsc-lite-libs (Fedora)"


def judge_library(facts: Facts) -> Iterator[Finding]:
    """Judge the library."""
    library = facts.library
    yield _loaded(library)
    if library.others:
        yield OTHERS.note(
            ", ".join(library.others),
            "a program may prefer another: jpki doctor -- PROGRAM shows which one it takes",
        )
    if library.file is not None:
        yield _protocol(library, ours=facts.environment.socket is not None)
    if library.delegate is not None:
        yield _delegate(library)
    if _SPY in f"{library.preload} {library.delegate}":
        yield SPY.note(
            "every call passes through it",
            "it records what programs send, PINs (暗証番号) too: unset LD_PRELOAD and"
            " LIBPCSCLITE_DELEGATE when you are done",
        )


def _loaded(library: Library) -> Finding:
    path = library.search_path
    if library.file is None:
        advice = f"LD_LIBRARY_PATH is {path!r} and comes first: unset it, or {_INSTALL}"
        return LOADED.wrong(library.error or "no file", advice if path else _INSTALL)
    package = library.package or "of no package dpkg or rpm knows"
    return LOADED.ok(f"{library.file} ({package})")


def _protocol(library: Library, *, ours: bool) -> Finding:
    if library.stated is None:
        return PROTOCOL.unknown(
            "it sent no version to a socket of ours",
            "is it pcsc-lite's? a stand-in for libpcsclite may reach cards in another way",
        )
    stated = version(library.stated)
    if spoken_by_us(library.stated):
        return PROTOCOL.ok(f"{stated}, which our service speaks too")
    seen = f"{stated}, which our service does not speak"
    advice = "use pcsc-lite 1.8.24 or newer; if it is newer than this program, report it to us"
    return PROTOCOL.wrong(seen, advice) if ours else PROTOCOL.note(seen, advice)


def _delegate(library: Library) -> Finding:
    seen = f"{library.delegate}"
    if library.delegate_exists:
        return DELEGATE.note(seen, "libpcsclite 2.x passes all calls to that library")
    return DELEGATE.wrong(
        f"{seen} is not there",
        "libpcsclite 2.x fails at its first call: unset LIBPCSCLITE_DELEGATE",
    )
