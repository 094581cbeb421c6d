"""`station card`: what the agent's card holds, and whether it logs in and signs."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from station.cli.card_monitor import monitor
from station.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from station.cli.pin import LastTryOption, PinFileOption, read_codes, read_pin
from station.device import CardKey

if TYPE_CHECKING:
    from cryptography import x509

    from station.bench.bench import Bench
    from station.device import PinStatus

_CHALLENGE = 64  # bytes
_KEYS = {CardKey.AUTHENTICATION: "authentification", CardKey.SIGNATURE: "signature"}
_STATES = {"valid": "valide", "early": "pas encore valide", "expired": "expiré"}

app = typer.Typer(no_args_is_help=True)
app.command("monitor")(monitor)


@app.command()
def info(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Dire ce qu’est la carte : lecteur, certificats, validité, essais restants ; sans code PIN."""
    from station.bench.bench import Bench
    from station.config import CARTE, load

    with Bench(load(config).devices) as bench:
        said = _described(bench)
        bench.call(CARTE, "logout")
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False))
    else:
        _show(said)


@app.command("login-test")
def login_test(
    config: ConfigOption = DEFAULT_CONFIG,
    pin_file: PinFileOption = None,
    last_try: LastTryOption = False,
) -> None:
    """Ouvrir une session comme un agent le fait, puis la fermer ; rien n’entre dans un dossier."""
    from station.agents.admission import load_trust
    from station.bench.bench import Bench
    from station.config import load
    from station.session import Session

    settings = load(config)
    trust = load_trust(settings, datetime.now(UTC))
    with Bench(settings.devices) as bench, Session(bench, trust) as session:
        _spare_the_last_try(bench, confirmed=last_try)
        agent = session.login(read_pin(pin_file), last_try=last_try)
    _print(f"session ouverte pour {agent.name}, {agent.role}, puis fermée")
    if session.freshness.notice:
        _print(session.freshness.notice)


@app.command("sign-test")
def sign_test(
    config: ConfigOption = DEFAULT_CONFIG,
    key: Annotated[CardKey, typer.Option(help="Clé de la carte.")] = CardKey.SIGNATURE,
    pin_file: PinFileOption = None,
    last_try: LastTryOption = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Dossier où laisser message, signature et certificat."),
    ] = None,
) -> None:
    """Signer un message d’essai, tiré au sort, et vérifier la signature."""
    from cryptography import x509

    from station.bench.bench import Bench
    from station.config import CARTE, load
    from station.errors import CardUnknown
    from station.seal.keys import check_signature

    message = secrets.token_bytes(_CHALLENGE)
    with Bench(load(config).devices) as bench:
        held: dict[CardKey, bytes] = bench.call(CARTE, "certificates")
        if key not in held:
            raise CardUnknown(f"no certificate for {key} on the card")
        _spare_the_last_try(bench, confirmed=last_try)
        _present(bench, read_pin(pin_file))
        signature: bytes = bench.call(CARTE, "sign", key, message)
        bench.call(CARTE, "logout")
    certificate = x509.load_der_x509_certificate(held[key])
    check_signature(certificate, message, signature)
    _print(f"signature de {len(signature)} octets par la clé de {_KEYS[key]} : vérifiée")
    if output is not None:
        _leave(output, certificate, message, signature)


@app.command()
def unblock(
    config: ConfigOption = DEFAULT_CONFIG,
    pin_file: Annotated[
        Path | None,
        typer.Option("--pin-file", help="Fichier de deux lignes : PUK, puis nouveau code PIN."),
    ] = None,
) -> None:
    """Redonner un code PIN à une carte PIV bloquée, avec son code de déblocage (PUK)."""
    from station.bench.bench import Bench
    from station.config import CARTE, load

    with Bench(load(config).devices) as bench:
        puk, new = read_codes(pin_file, "PUK : ", "Nouveau code PIN : ")
        try:
            bench.call(CARTE, "unblock_pin", puk, new)
        finally:
            puk[:], new[:] = bytes(len(puk)), bytes(len(new))
    typer.echo("la carte a un nouveau code PIN, avec tous ses essais")


def _described(bench: Bench) -> dict[str, Any]:
    """What needs no PIN, for a screen or a program."""
    from station.config import CARTE

    card = bench.info(CARTE)
    status: PinStatus = bench.call(CARTE, "pin_status")
    held: dict[CardKey, bytes] = bench.call(CARTE, "certificates")
    return {
        "reader": card.vendor,
        "kind": card.firmware,
        "label": card.model,
        "serial": card.serial,
        "simulated": card.simulated,
        "pin": {"blocked": status.blocked, "tries": status.tries},
        "certificates": [_certificate(key, der) for key, der in held.items()],
    }


def _certificate(key: CardKey, der: bytes) -> dict[str, Any]:
    from cryptography import x509

    return {"key": str(key), **_content(x509.load_der_x509_certificate(der))}


def _content(certificate: x509.Certificate) -> dict[str, Any]:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa

    public: Any = certificate.public_key()
    family = "RSA" if isinstance(public, rsa.RSAPublicKey) else "EC"
    return {
        "subject": certificate.subject.rfc4514_string(),
        "issuer": certificate.issuer.rfc4514_string(),
        "serial": f"{certificate.serial_number:x}",
        "algorithm": f"{family} {getattr(public, 'key_size', '?')}",
        "not_before": certificate.not_valid_before_utc.isoformat(),
        "not_after": certificate.not_valid_after_utc.isoformat(),
        "state": _state(certificate, datetime.now(UTC)),
        "sha256": certificate.fingerprint(hashes.SHA256()).hex(),
    }


def _state(certificate: x509.Certificate, now: datetime) -> str:
    if now < certificate.not_valid_before_utc:
        return "early"
    return "expired" if now > certificate.not_valid_after_utc else "valid"


def _show(said: dict[str, Any]) -> None:
    origin = "simulée" if said["simulated"] else "matérielle"
    _print(f"{said['kind']} « {said['label']} », n° {said['serial']}, {origin}")
    _print(f"  lecteur : {said['reader']}")
    tries = "nombre non dit par la carte" if said["pin"]["tries"] is None else said["pin"]["tries"]
    _print(f"  essais du code PIN : {'bloqué' if said['pin']['blocked'] else tries}")
    for held in said["certificates"]:
        _print(f"  clé de {_KEYS[CardKey(held['key'])]} : {held['algorithm']}, {held['subject']}")
        until = f"{_STATES[held['state']]}, jusqu’au {held['not_after'][:10]}"
        _print(f"    {until} ; émis par {held['issuer']}")


def _spare_the_last_try(bench: Bench, *, confirmed: bool) -> None:
    """Say how many tries are left; the last one is only spent when it was asked for."""
    from station.config import CARTE
    from station.errors import LastTry, PinBlocked

    status: PinStatus = bench.call(CARTE, "pin_status")
    if status.blocked:
        raise PinBlocked("the PIN is blocked")
    if status.tries is not None:
        typer.echo(f"essais restants : {status.tries}", err=True)
    if status.tries == 1 and not confirmed:
        raise LastTry("one try left before the card blocks")


def _present(bench: Bench, pin: bytearray) -> None:
    from station.config import CARTE

    try:
        bench.call(CARTE, "verify_pin", pin)
    finally:
        pin[:] = bytes(len(pin))


def _leave(folder: Path, certificate: x509.Certificate, message: bytes, signature: bytes) -> None:
    """Files for `openssl dgst -sha256 -verify`."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    from station.errors import StorageError

    key = certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    files = {
        "message.bin": message,
        "signature.bin": signature,
        "certificat.pem": certificate.public_bytes(Encoding.PEM),
        "cle.pem": key,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise StorageError(f"cannot write into {folder.name}: {error.strerror}") from error


def _print(line: str) -> None:
    from rich.console import Console
    from rich.text import Text

    Console().print(Text(line), soft_wrap=True)  # Text: what a card says is not markup
