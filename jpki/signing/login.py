"""The holder's side of a login: look at the challenge, then let the card sign it.

Software that shows the relying party's name to the holder must sign for that name only: a
challenge passed on from elsewhere is refused before the card is asked.
Not here: the relying party's side (`jpki.verify.login`).
"""

from datetime import datetime

from jpki.signing.signer import Signer, sign_sha256
from jpki.verify.challenge import Challenge
from jpki.verify.login import LoginAnswer
from jpki.verify.times import second_of


class ChallengeRefusedError(Exception):
    """The challenge is not one to sign: of another party, or out of time."""


def answer(
    challenge: bytes, signer: Signer, *, relying_party: str, moment: datetime
) -> LoginAnswer:
    """Sign a challenge (as `Challenge.encode` wrote it) for the party the holder is dealing with.

    Raises `ChallengeRefusedError`, `MalformedError`, and whatever the signer raises.
    """
    seen = Challenge.parse(challenge)
    if seen.relying_party != relying_party:
        raise ChallengeRefusedError("the challenge names another relying party")
    if not seen.issued_at <= second_of(moment) <= seen.expires_at:
        raise ChallengeRefusedError("the challenge is not valid now")
    return LoginAnswer(challenge, signer.certificate, sign_sha256(signer, challenge))
