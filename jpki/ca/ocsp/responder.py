"""The OCSP responder of one authority: the bytes of a request and a moment in, an answer out.

    responder = Responder(authority, SoftwareKey.generate())
    answer = responder.answer(request, moment=now)      # never raises for any bytes

What it is: the order of things. Kept answers first; then the request is read, the asker checked,
the data refreshed if that is due, the generation chosen by the first certID that names one of ours,
the answer linted and signed. One answer speaks for one generation: certIDs of others are `unknown`
in it, as are serial numbers that no finished certificate of this generation has.
What it is not: HTTP, a clock, or a keeper of its key. Threads may share it; processes share the
register.
Standard: RFC 6960, RFC 5019, RFC 9654; PKI profile reference section 2.2.
Called by: `jpki.ca.ocsp.front`, and whoever serves one authority.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

from jpki.ca.authority import Authority
from jpki.ca.errors import NoUsableKeyError
from jpki.ca.generations import Generation
from jpki.ca.keys import SigningKey
from jpki.ca.ocsp import encoding
from jpki.ca.ocsp.answers import OcspAnswer, guarded, last_refresh, signed_answer
from jpki.ca.ocsp.delegation import check_key
from jpki.ca.ocsp.drafts import AnswerKey, AnswerLinter, LintedAnswer
from jpki.ca.ocsp.kept import Kept, KeptAnswers
from jpki.ca.ocsp.requestors import Requestors
from jpki.ca.ocsp.requests import CertId, OcspRequest, parse_request
from jpki.ca.ocsp.speakers import Speaker, Speakers
from jpki.ca.ocsp.standings import Standings, next_change, shown, shows_from
from jpki.ca.ocsp.status import OcspStatus, RefusedError
from jpki.ca.records import Standing
from jpki.profiles.ocsp import ANSWER, RESPONDER, AnswerProfile, ResponderProfile
from jpki.profiles.validity import whole_second

KEPT_ANSWERS = 20_000
"""About 2 KB each."""
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything about an answer that the register decides, before a key is used."""

    speaker: Speaker
    this_update: datetime
    next_update: datetime
    singles: list[bytes]
    until: datetime
    """How long this may be said."""
    lasting: bool
    """Whether all certificates are known: one that is not may be issued any moment."""
    epoch: int


class Responder:
    """Answers about the certificates of one authority, under one key of its own."""

    def __init__(
        self,
        authority: Authority,
        key: SigningKey,
        *,
        requestors: Requestors | None = None,
        profile: AnswerProfile = ANSWER,
        certificate_profile: ResponderProfile = RESPONDER,
        kept_answers: int = KEPT_ANSWERS,
    ) -> None:
        """Take an open authority and the responder's key.

        The responder's certificates are issued when first needed, by the authority's keys at hand;
        where there are none, those on record serve as long as they hold.

        Raises `RegisterError` when the key is in anybody else's certificate.
        """
        with authority.register.reading() as asked:
            check_key(asked, authority, key)
        self.authority = authority
        self.public_key = key.public_key
        """SubjectPublicKeyInfo, DER, of the responder's own key."""
        self._key = AnswerKey(key)
        self._linter = AnswerLinter(authority.linter, authority.kind)
        self.profile = profile
        self._requestors = Requestors() if requestors is None else requestors
        self._speakers = Speakers(authority, key, certificate_profile, by_key=profile.by_key)
        self._standings = Standings(authority.register, authority.kind)
        self._kept = KeptAnswers(kept_answers)
        self._kept_limit = kept_answers
        self._lock = Lock()
        self._refreshed, self._due = _NEVER, _NEVER
        self._seen = 0
        self._epoch = 0

    def answer(self, request: bytes, *, moment: datetime) -> OcspAnswer:
        """Answer a request, DER; whatever is wrong with it becomes a status of the protocol.

        Raises `ValueError` or `TypeError` for a moment without a zone, and nothing else.
        """
        kept = self.kept(request, moment=moment)
        if kept is not None:
            return kept
        moment = whole_second(moment)
        return guarded(
            lambda: self.respond(
                parse_request(request, self.profile, self.issuers), moment=moment, request=request
            )
        )

    def kept(self, request: bytes, *, moment: datetime) -> OcspAnswer | None:
        """Give the kept answer to these very octets, if it may still be given."""
        if self._refreshed <= moment < self._due:
            return self._kept.for_request(request, moment)
        return None

    @property
    def issuers(self) -> tuple[bytes, ...]:
        """The beginnings of certIDs that mean this authority, as of the last refresh."""
        return self._speakers.issuers

    @property
    def room(self) -> int:
        """How many answers are kept at most."""
        return self._kept_limit

    def speaks_for(self, cert_ids: tuple[CertId, ...], *, moment: datetime) -> bool:
        """Whether any certificate asked about is of this authority; raises `RegisterError`."""
        with self._lock:
            self._refresh(moment)
            return any(self._speakers.generation_of(each.issuer) for each in cert_ids)

    def respond(
        self, asked: OcspRequest, *, moment: datetime, request: bytes | None = None
    ) -> OcspAnswer:
        """Answer what was parsed; `request` are its octets, to know them again.

        Raises `RefusedError`, `NoUsableKeyError`, `RegisterError`.
        """
        self._requestors.check(asked.signature, moment=moment)
        # Whoever signs is checked each time: certificates end.
        known_again = request if asked.signature is None else None
        return self.respond_unchecked(asked, moment=moment, request=known_again)

    def respond_unchecked(
        self, asked: OcspRequest, *, moment: datetime, request: bytes | None = None
    ) -> OcspAnswer:
        """Answer whoever asks; see `respond`."""
        alone = len(asked.cert_ids) == 1 and asked.nonce is None
        key = asked.cert_ids[0].issuer, asked.cert_ids[0].serial
        with self._lock:
            self._refresh(moment)
            kept = self._kept.for_certificate(key, moment) if alone else None
            if kept is not None:
                if request is not None:
                    self._kept.remember(request, kept)
                return kept.answer
            plan = self._plan(asked.cert_ids, moment)
        cacheable = alone and plan.lasting and moment < plan.until
        data = encoding.response_data(
            self._speakers.responder_id, plan.singles, produced_at=moment, nonce=asked.nonce
        )
        answer = signed_answer(
            self.signed(data, plan.speaker.delegation.certificate),
            this_update=plan.this_update,
            next_update=plan.next_update,
            produced_at=moment,
            cacheable=cacheable,
            refresh=self.profile.refresh,
        )
        if cacheable:
            self._keep(Kept(key, answer, moment, plan.until), plan.epoch, request)
        return answer

    def signed(self, data: bytes, certificate: bytes) -> bytes:
        """Lint and sign a ResponseData; give the OCSPResponse with a certificate of the responder.

        Raises `DraftRefusedError`.
        """
        draft = LintedAnswer(data, certificate, self._linter)
        return encoding.response(draft.data, self._key.sign(draft), draft.certificate)

    def _keep(self, kept: Kept, epoch: int, request: bytes | None) -> None:
        with self._lock:
            if epoch != self._epoch:
                # While it was being signed, the data were refreshed: it may be wrong by now.
                return
            self._kept.keep(kept)
            if request is not None:
                self._kept.remember(request, kept)

    def _plan(self, cert_ids: tuple[CertId, ...], moment: datetime) -> _Plan:
        generation = next(
            filter(None, (self._speakers.generation_of(each.issuer) for each in cert_ids)), None
        )
        if generation is None:
            raise RefusedError(OcspStatus.UNAUTHORIZED, "no certificate of this authority's")
        speaker = self._speakers.speaker(generation, moment=moment)
        standings = self._standings.of(
            {each.serial for each in cert_ids if self._speaks(generation, each)}
        )
        known = [
            standings.get(each.serial) if self._speaks(generation, each) else None
            for each in cert_ids
        ]
        known = [each if each and each.generation == generation.number else None for each in known]
        next_update = min(self._refreshed + self.profile.lifetime, speaker.delegation.not_after)
        if next_update <= self._refreshed:
            raise NoUsableKeyError("the responder's certificate ends as the data are refreshed")
        return _Plan(
            speaker=speaker,
            this_update=self._refreshed,
            next_update=next_update,
            singles=[
                self._single(cert_id, standing, speaker, next_update)
                for cert_id, standing in zip(cert_ids, known, strict=True)
            ],
            until=min([next_update - self.profile.margin, *self._ends(known)]),
            lasting=None not in known,
            epoch=self._epoch,
        )

    def _speaks(self, generation: Generation, cert_id: CertId) -> bool:
        return self._speakers.generation_of(cert_id.issuer) is generation

    def _single(
        self, cert_id: CertId, standing: Standing | None, speaker: Speaker, next_update: datetime
    ) -> bytes:
        status, cutoff = encoding.UNKNOWN, None
        if standing is not None:
            revocation = shown(standing.revocation, refreshed=self._refreshed)
            status = encoding.GOOD if revocation is None else encoding.revoked(revocation)
            if standing.not_after < self._refreshed:
                # Nothing is ever forgotten here (RFC 6960 4.4.4), which matters only now.
                cutoff = speaker.generation.not_before
        return encoding.single_response(
            cert_id,
            status,
            this_update=self._refreshed,
            next_update=next_update,
            archive_cutoff=cutoff,
        )

    def _ends(self, standings: list[Standing | None]) -> list[datetime]:
        """Give the refreshes at which what is on record already will show."""
        changes = (
            next_change(each.revocation, refreshed=self._refreshed) for each in standings if each
        )
        interval = self.profile.refresh
        return [shows_from(each, interval=interval) for each in changes if each is not None]

    def _refresh(self, moment: datetime) -> None:
        """Learn what was revoked, if it is time; the register is the truth for every process."""
        if self._refreshed <= moment < self._due:
            return
        refreshed = last_refresh(whole_second(moment), self.profile.refresh)
        register, kind = self.authority.register, self.authority.kind
        with register.reading() as asked:
            seen = asked.revocations(kind)
            # More than is kept need not be told one by one.
            changed = asked.revoked_after(kind, self._seen, limit=self._kept_limit + 1)
            own = self._speakers.serials
            self._speakers.refresh(asked, since=refreshed)
        everything = (
            refreshed < self._refreshed
            or seen < self._seen
            or len(changed) > self._kept_limit
            or not own.isdisjoint(changed)
        )
        if everything:
            self._kept.clear()
            self._standings.clear()
        else:
            self._standings.forget(changed)
            for serial in changed:
                self._kept.drop(self._speakers.issuers, serial)
        self._seen = seen
        self._epoch += 1
        self._refreshed, self._due = refreshed, refreshed + self.profile.refresh
