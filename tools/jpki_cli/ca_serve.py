"""`jpki ca serve`: the world's authorities over HTTP, in the foreground until stopped."""

import functools
import socket
from pathlib import Path

import click

from jpki.verify.names import printable
from jpki_cli.answer import as_json, json_option, say_json
from jpki_cli.derfiles import CERTIFICATE, read_ders
from jpki_cli.exits import ExitStatus, Failure
from jpki_cli.file_type import FILE
from jpki_cli.settings import settings

_SECONDS_BETWEEN_LOOKS = 0.01
"""Clock and faults are looked at so often: sooner than whoever changed them could ask."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8080,
    show_default=True,
    help="The TCP port; 0 takes a free one, told on standard output.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that answer; one for each core when it must be fast.",
)
@click.option("--tls-cert", type=FILE, help="Speak HTTPS with this certificate (PEM).")
@click.option("--tls-key", type=FILE, help="Its key (PEM).")
@click.option(
    "--client-ca",
    type=FILE,
    help="Let in only who has a TLS certificate of these CAs (PEM), as the real service lets in"
    " only notified verifiers (署名検証者・利用者証明検証者).",
)
@click.option(
    "--require-signed",
    is_flag=True,
    help="Answer signed OCSP requests alone, whoever signs; others get sigRequired.",
)
@click.option(
    "--requestor",
    "requestors",
    multiple=True,
    type=FILE,
    help="Answer only OCSP requests signed by this certificate's key (DER or PEM); repeatable.",
)
@click.option("--presign", is_flag=True, help="Sign OCSP answers before they are asked for.")
@json_option("Tell where it listens in JSON.")
def serve(
    *,
    host: str,
    port: int,
    workers: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    client_ca: Path | None,
    require_signed: bool,
    requestors: tuple[Path, ...],
    presign: bool,
) -> None:
    """Serve OCSP, revocation lists (失効リスト) and CA certificates over HTTP, until stopped.

    Everything is at the world's time (`jpki world clock`); lists are published when they are due.
    What shall go wrong is said with `jpki ca faults`, also while this runs. The log is on standard
    error, one JSON object a line. SIGTERM and Ctrl-C let what has begun end.

    \b
    Example:
      jpki ca serve --port 8080 &
      openssl ocsp -issuer auth-ca-g3.pem -cert auth.pem -url http://127.0.0.1:8080/ \\
          -CAfile auth-ca-g3.pem
      curl -O http://127.0.0.1:8080/crl/sign-g3-full.crl
    """
    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key belong together")
    if client_ca is not None and tls_cert is None:
        raise click.UsageError("--client-ca needs --tls-cert and --tls-key: certificates are TLS's")
    try:
        from cardsim.world.serving import WorldOffer
        from cardsim.world.troubles import read_troubles
        from jpki.ca.ocsp import Requestors
        from jpki.ca.service import make_app
        from jpki.ca.service.running import Listening, Tls
        from jpki.ca.service.running import serve as run
    except ModuleNotFoundError as missing:
        raise Failure(
            f"{missing.name} is not installed; pip install 'jpki-emu[service]'", ExitStatus.USAGE
        ) from None
    with settings().world() as world:
        # Opened here once, so that what is wrong with it is said before anybody connects.
        directory = world.directory
        world.authorities  # noqa: B018 - opened for what it raises
        read_troubles(world.paths)
    listening = Listening(
        host=host,
        port=_free_port(host, port),
        workers=workers,
        tls=Tls(tls_cert, tls_key, client_ca) if tls_cert and tls_key else None,
    )
    if as_json():
        say_json({"url": listening.url, "world": str(directory)}, indent=None)
    else:
        click.echo(f"serving {printable(str(directory))} at {listening.url}")
    allowed = frozenset(der for path in requestors for der in read_ders(path, CERTIFICATE))
    offer = functools.partial(
        WorldOffer.open,
        directory,
        secrets=settings().ca_secrets,
        requestors=Requestors(signature_required=require_signed, allowed=allowed or None),
        ahead=presign,
    )
    run(listening, lambda: make_app(offer(), look_every=_SECONDS_BETWEEN_LOOKS))


def _free_port(host: str, port: int) -> int:
    """Find a port, or see that the one asked for can be had, before any process is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise Failure(
                f"cannot listen on {host} port {port}: {error.strerror}; --port 0 takes a free one",
                ExitStatus.USAGE,
            ) from None
        found: int = trial.getsockname()[1]
        return found
