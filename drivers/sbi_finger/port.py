"""The port of an SBI device: where it is, who it must be, how strictly it is taken.

sbi://127.0.0.1:4501?trust=/path/provider.pem&serial=DRSIM0000001&type=slap

port       left out: every port from 4501 to 4600 is tried
type       slap (default) or single
trust      PEM certificates; the device's key must be certified by one of them
chip       the same for the chip of L1 / SBI 2.0 devices; `trust` when left out
serial     the enrolled device, obligatory for env=Production in strict mode
env        Production (default), Pre-Production, Staging or Developer
mode       strict (default) or tolerant: forms may be sloppy, proofs may not
spec       0.9.5 or 1.0; both are tried when left out
score      0 to 100, from which the device captures by itself (40)
clock      seconds that the clock of the device may be apart (300)
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from drivers.sbi_finger.trust import anchors
from drivers.wire.sbi import DIALECTS, PORTS, Dialect, Env
from station.errors import ConfigError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_HOST: Final = "127.0.0.1"
_KEYS = {"type", "trust", "chip", "serial", "env", "mode", "spec", "score", "clock"}
_SUB_TYPES = {"slap": "Slap", "single": "Single"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the port says; see the module."""

    ports: tuple[int, ...]
    sub_type: str
    trust: tuple[Certificate, ...]
    chip: tuple[Certificate, ...]
    serial: str
    env: Env
    tolerant: bool
    dialects: tuple[Dialect, ...]
    score: int
    clock: int

    @property
    def slap(self) -> bool:
        """Whether the device takes the fingers of a hand at once."""
        return self.sub_type == "Slap"


def settings(url: str) -> Settings:
    """Read `url` and the certificates it names; raises `ConfigError`."""
    given = _given(url)
    trust = _certificates(given.get("trust", ""))
    found = Settings(
        ports=_ports(url),
        sub_type=_choice(given, "type", "slap", _SUB_TYPES),
        trust=trust,
        chip=_certificates(given["chip"]) if "chip" in given else trust,
        serial=given.get("serial", ""),
        env=_choice(given, "env", Env.PRODUCTION.value, {env.value: env for env in Env}),
        tolerant=_choice(given, "mode", "strict", {"strict": False, "tolerant": True}),
        dialects=_choice(given, "spec", "", {"": DIALECTS, **{d.version: (d,) for d in DIALECTS}}),
        score=_number(given, "score", 40, 100),
        clock=_number(given, "clock", 300, 3600),
    )
    if found.env is Env.PRODUCTION and not found.tolerant and not found.serial:
        raise ConfigError("an SBI port in production names the serial number of its device")
    return found


def _given(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    if parts.scheme != "sbi" or parts.hostname != _HOST or parts.path not in {"", "/"}:
        raise ConfigError(f"not an SBI port: {url!r}")
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    given = dict(pairs)
    strange = sorted(given.keys() - _KEYS)
    if strange or len(given) != len(pairs):
        raise ConfigError(f"an SBI port with {', '.join(strange) or 'a key twice'}")
    return given


def _ports(url: str) -> tuple[int, ...]:
    try:
        port = urlsplit(url).port
    except ValueError as error:
        raise ConfigError(f"not an SBI port: {url!r}") from error
    if port is not None and port not in PORTS:
        raise ConfigError(f"port {port} is outside {PORTS.start} to {PORTS.stop - 1}")
    return tuple(PORTS) if port is None else (port,)


def _certificates(path: str) -> tuple[Certificate, ...]:
    if not path:
        raise ConfigError("an SBI port without trust=, the certificates of the provider")
    try:
        return anchors(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"no certificates in {path}") from error


def _choice(given: dict[str, str], key: str, default: str, choices: dict[str, Any]) -> Any:
    if (chosen := given.get(key, default)) not in choices:
        raise ConfigError(f"{key}={chosen!r} is none of {', '.join(choices)}")
    return choices[chosen]


def _number(given: dict[str, str], key: str, default: int, most: int) -> int:
    written = given.get(key, str(default))
    if not (written.isascii() and written.isdigit()) or int(written) > most:
        raise ConfigError(f"{key}={written!r} is no number from 0 to {most}")
    return int(written)
