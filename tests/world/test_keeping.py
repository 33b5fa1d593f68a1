"""Where a world keeps its register and CA keys: files, a database, a token; and what opens them."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cardsim.world import LockedKeysError, World, WorldError
from cardsim.world.authorities import Authorities
from cardsim.world.keeping import CaSecrets, Keeping
from jpki.ca import FileKey, Register
from jpki.ca.errors import KeyFileError, KeyTokenPinError, RegisterError, RegisterUnreachableError
from jpki.profiles import Kind, RevocationReason
from jpki.profiles.naming import EMULATOR
from tests.support.softhsm import PIN

from .conftest import START

SECRET = b"a passphrase of tests"
KNOWN = CaSecrets(passphrase=SECRET)


@pytest.fixture(scope="session")
def new_keys():
    """Give a key for each authority."""
    return {kind: rsa.generate_private_key(public_exponent=65537, key_size=2048) for kind in Kind}


@pytest.fixture
def found(tmp_path, new_keys):
    """Give a function that founds two authorities in a directory, and closes them."""

    def founding(**given):
        Authorities.found(
            tmp_path / "ca",
            keys=new_keys,
            moment=START,
            naming=EMULATOR,
            first_serials=dict.fromkeys(Kind, 0x0200_0000),
            **given,
        ).close()
        return tmp_path / "ca"

    return founding


def reopened(directory, **given) -> Authorities:
    """Open what was founded, as the next start of the program does."""
    return Authorities.open(directory, naming=EMULATOR, **given)


def can_sign(authorities: Authorities) -> bool:
    """Whether both authorities have their keys at hand."""
    with authorities:
        return bool(authorities.publish(moment=START))


def test_a_key_file_alone_gives_nothing_away(found):
    """Encrypted; what opens it lies beside it and is for the owner only."""
    directory = found()

    with pytest.raises(KeyFileError):
        FileKey(directory / "sign-g1.key")
    assert (directory / "passphrase").stat().st_mode & 0o777 == 0o600
    assert can_sign(reopened(directory))


def test_a_passphrase_that_is_given_is_written_nowhere(found):
    """And it has to be given again; a wrong one is refused."""
    directory = found(secrets=KNOWN)

    assert not [path for path in directory.rglob("*") if path.is_file() and holds(path, SECRET)]
    with pytest.raises(LockedKeysError, match="JPKI_CA_PASSPHRASE"):
        reopened(directory)
    with pytest.raises(WorldError, match="passphrase is wrong"):
        reopened(directory, secrets=CaSecrets(passphrase=b"wrong"))
    assert can_sign(reopened(directory, secrets=KNOWN))


def holds(path, octets) -> bool:
    return octets in path.read_bytes()


def test_what_is_public_needs_no_passphrase(found):
    """Certificates are read without any."""
    with reopened(found(secrets=KNOWN), with_keys=False) as authorities:
        assert len(authorities.certificates(Kind.SIGN)) == 1


def test_a_new_generations_key_needs_no_other_secret(found, keys_of_a_renewal):
    """Encrypted with the passphrase the first one has."""
    directory = found(secrets=KNOWN)
    with reopened(directory, secrets=KNOWN) as authorities:
        authorities.renew(keys_of_a_renewal, moment=START)

    assert FileKey(directory / "auth-g2.key", passphrase=SECRET).public_key


@pytest.fixture(scope="session")
def keys_of_a_renewal():
    """Give a key for each authority's next generation."""
    return {kind: rsa.generate_private_key(public_exponent=65537, key_size=2048) for kind in Kind}


def test_a_world_with_plain_keys_goes_on_as_it_is(found, new_keys, keys_of_a_renewal):
    """Made before they were encrypted: it opens, signs, and its next key is as its others."""
    directory = found()
    (directory / "passphrase").unlink()
    for kind, key in new_keys.items():
        path = directory / f"{kind.value}-g1.key"
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    with reopened(directory) as authorities:
        authorities.renew(keys_of_a_renewal, moment=START)
    assert FileKey(directory / "sign-g2.key").public_key
    assert can_sign(reopened(directory))


def test_nothing_shows_what_opens_the_keys():
    """A repr ends up in logs."""
    assert repr(CaSecrets(SECRET, PIN)) == "CaSecrets()"


def test_a_url_with_a_password_is_not_kept(tmp_path):
    """Refused before anything is made, with the ways a password can come."""
    keeping = Keeping(register="postgresql://u:s3cret@db.invalid/register")

    with pytest.raises(WorldError, match=r"PGPASSWORD.*pgpass") as refusal:
        World.create(tmp_path / "world", moment=START, keeping=keeping)
    assert "s3cret" not in str(refusal.value)
    assert list(tmp_path.glob("world")) == []


@pytest.mark.parametrize(
    "keeping", [Keeping(register="mysql://db/register"), Keeping(keys="pkcs11:token=t")]
)
def test_another_place_is_refused(tmp_path, keeping):
    """Nothing is made for a database or a token nobody can reach."""
    with pytest.raises(WorldError):
        World.create(tmp_path / "world", moment=START, keeping=keeping)


def test_a_world_can_have_its_register_and_keys_elsewhere(tmp_path, postgres, soft_token):
    """In PostgreSQL and in a token: made, opened again, issued and revoked in."""
    keeping = Keeping(register=postgres.new_database(), keys=soft_token.new_uri())
    World.create(tmp_path / "world", moment=START, keeping=keeping).close()

    with World.open(tmp_path / "world") as world:
        card = world.issue_card("hanako")
        world.revoke(Kind.AUTH, card.serials[Kind.AUTH], RevocationReason.SUPERSEDED)
        assert world.publish_lists()
    ca = tmp_path / "world" / "ca"
    assert not [*ca.glob("*.sqlite"), *ca.glob("*-g*.key")]
    assert json.loads((ca / "keeping.json").read_text())["register"] == keeping.register
    assert not [path for path in ca.rglob("*") if path.is_file() and holds(path, PIN.encode())]


def test_one_database_is_one_worlds(found, postgres, tmp_path):
    """A second founding there is refused, and takes nothing of the first away."""
    url = postgres.new_database()
    found(keeping=Keeping(register=url))
    (tmp_path / "ca").rename(tmp_path / "first")

    with pytest.raises(RegisterError, match="exists"):
        found(keeping=Keeping(register=url))
    assert can_sign(reopened(tmp_path / "first"))


def test_a_founding_that_fails_leaves_nothing_elsewhere(found, postgres, soft_token, monkeypatch):
    """Neither tables nor keys: the next try finds both places as they were."""
    keeping = Keeping(register=postgres.new_database(), keys=soft_token.new_uri())
    with monkeypatch.context() as failing:
        failing.setattr("cardsim.world.authorities.Authority.found", _fails)
        with pytest.raises(OSError, match="full"):
            found(keeping=keeping)

    with Register.create(keeping.register) as again:
        again.remove()
    with pytest.raises(RegisterError, match="not a register"):
        Register.open(keeping.register)


def _fails(*_, **__):
    raise OSError("the disk is full")


def test_a_server_that_is_away_is_no_damage(found, postgres):
    """The world is as good as before; nobody is told to repair it."""
    directory = found(keeping=Keeping(register=postgres.new_database()))
    keeping = Keeping(register="postgresql:///register?host=/nowhere")
    keeping.write(directory)

    with pytest.raises(RegisterUnreachableError, match="/nowhere"):
        reopened(directory)


def test_without_a_pin_a_token_is_not_opened(found, soft_token):
    """The error says the two ways to give one; a missing file is named."""
    uri = soft_token.new_uri().partition("&")[0]
    directory = found(keeping=Keeping(keys=uri), secrets=CaSecrets(pin=PIN))

    with pytest.raises(LockedKeysError, match=r"JPKI_CA_PIN.*pin-source"):
        reopened(directory)
    Keeping(keys=f"{uri}&pin-source=/nowhere").write(directory)
    with pytest.raises(LockedKeysError, match="/nowhere"):
        reopened(directory)


def test_a_wrong_pin_is_no_damage_either(found, soft_token):
    """It is said as what it is."""
    directory = found(keeping=Keeping(keys=soft_token.new_uri()))

    with pytest.raises(KeyTokenPinError):
        reopened(directory, secrets=CaSecrets(pin="wrong-pin"))
    assert can_sign(reopened(directory, secrets=CaSecrets(pin=PIN)))
