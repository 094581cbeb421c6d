"""`station.toml` → frozen settings, checked once at the start.

    profile = "production"            # or "lab": simulated devices are accepted, and said so
    data = "/var/lib/dr-station"      # outbox, drafts, journal
    models = "/var/lib/dr-models"     # face models; without it, where `station models install` puts
    referentiel = "communes.sqlite"   # national table of communes; without it, the small one
    records = "19794:2005"            # edition of biometric records: 19794:2011, 39794:2019
    [station]                         # who this station is
    insee = "75056"
    poste = "01"
    mode = "FIXE"                     # or "MOBILE": carried to people, may take live portraits
    certificate = "keys/station.pem"
    key = "keys/station.key.pem"
    agents_ca = "keys/ca.pem"         # who may issue agent cards
    # roles: empreintes, photo, photo-papier, carte, pieces, pieces-vitre, titre, codes
    [devices.empreintes]
    driver = "serial-finger"
    port = "serial:///dev/dr/fp0?baud=115200"
    [centre]                          # the CERT
    url = "https://127.0.0.1:8443"
    ca = "keys/ca.pem"
    recipient = "keys/cert.pem"       # packages are encrypted for it
    receipt_cert = "keys/cert-recepisse.pem"
    client_cert = "keys/station-tls.pem"
    client_key = "keys/station-tls.key.pem"
    [predemande]                      # optional: what applicants began online
    url = "https://127.0.0.1:8444"
    ca = "keys/ca.pem"
    signer_cert = "keys/predemande.pem"
    client_cert = "keys/station-tls.pem"
    client_key = "keys/station-tls.key.pem"
    [codes]                           # optional
    trust = "keys/2d-doc"             # certificates of 2D-Doc: a file, or a folder of files
    [titre]                           # optional
    csca = "keys/csca.ml"             # master list of those who sign titles
    crl = "keys/csca"                 # what they revoked: a file, or a folder of files
    publisher = "keys/csca-fr.pem"    # who has to have issued the signer of the list
    [impression]                      # optional: papers go to this printer of CUPS at once
    imprimante = "guichet"
    [agents]                          # optional, and so is each of its keys
    intermediates = "keys/inter.pem"  # authorities between `agents_ca` and the cards
    revocation = "keys/revocation"    # folder of CRL and OCSP responses, put there by hand
    enrolment = "agents.toml"         # which card is what; without it, the card's certificate says
    enrolment_cert = "keys/list.pem"  # who signs that list; without it, it must be root's

Relative paths are relative to the file. An unknown key is an error: a misspelt setting would
otherwise be a silent default.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum, unique
from pathlib import Path  # noqa: TC003 (pydantic reads annotations at run time)
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, StringConstraints, ValidationError

from station import bounded
from station.dossier.model import Mode
from station.errors import ConfigError
from station.records.edition import Edition

EMPREINTES, PHOTO, CARTE = "empreintes", "photo", "carte"
PIECES = "pieces"  # the document scanner
PIECES_VITRE = "pieces-vitre"  # its glass, when `pieces` is its feeder
PHOTO_PAPIER = "photo-papier"  # where a printed photograph is scanned when `photo` is a camera
TITRE = "titre"  # the reader of the chip of titles
CODES = "codes"  # the reader of codes on a serial line
_MAX_FILE = 64 * 1024  # bytes


@unique
class Profile(StrEnum):
    """`lab` takes simulated devices; `production` refuses them."""

    PRODUCTION = "production"
    LAB = "lab"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StationSettings(_Frozen):
    """The identity of the station and where its keys lie."""

    insee: Annotated[str, StringConstraints(pattern=r"^(?:\d{5}|2[AB]\d{3})$")]
    poste: Annotated[str, StringConstraints(pattern=r"^\d{2}$")]
    certificate: Path
    key: Path
    agents_ca: Path
    mode: Mode = Mode.FIXE

    @property
    def id(self) -> str:
        """The name of the station in journals and manifests."""
        return f"{self.insee}-{self.poste}"


class DeviceSettings(_Frozen):
    """A driver by its entry-point name, and the port it opens."""

    driver: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    port: Annotated[str, StringConstraints(min_length=1, max_length=512)]


class CentreSettings(_Frozen):
    """The CERT: where it listens, and the certificates that say who it is."""

    url: HttpUrl
    ca: Path
    recipient: Path
    receipt_cert: Path
    client_cert: Path
    client_key: Path


class PredemandeSettings(_Frozen):
    """The service of pre-demandes and appointments, and the certificate that signs its answers."""

    url: HttpUrl
    ca: Path
    signer_cert: Path
    client_cert: Path
    client_key: Path


class CodeSettings(_Frozen):
    """Codes of documents; without a trust list no 2D-Doc is ever verified."""

    trust: Path | None = None


class TitleSettings(_Frozen):
    """Titles: without a master list (`csca`) nothing on a chip is ever proven."""

    csca: Path | None = None
    crl: Path | None = None
    publisher: Path | None = None


class PrinterSettings(_Frozen):
    """The printer of the counter, by its name in CUPS."""

    imprimante: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,126}$")]


class AgentSettings(_Frozen):
    """Who may use the station, beyond the authority of their cards; see `station.agents`."""

    intermediates: Path | None = None
    revocation: Path | None = None
    enrolment: Path | None = None
    enrolment_cert: Path | None = None


class Settings(_Frozen):
    """Everything `station.toml` says; see the module for the file."""

    profile: Profile
    data: Path
    models: Path | None = None
    referentiel: Path | None = None
    records: Edition = Edition.ISO_2005
    station: StationSettings
    devices: dict[str, DeviceSettings] = Field(min_length=1)
    centre: CentreSettings
    predemande: PredemandeSettings | None = None
    codes: CodeSettings = CodeSettings()
    titre: TitleSettings = TitleSettings()
    impression: PrinterSettings | None = None
    agents: AgentSettings = AgentSettings()

    @property
    def outbox_path(self) -> Path:
        """The SQLite file of the queue."""
        return self.data / "outbox.sqlite"

    @property
    def journal_path(self) -> Path:
        """The audit log."""
        return self.data / "journal.jsonl"

    @property
    def mesures_path(self) -> Path:
        """What dossiers cost in gestures; no name in it."""
        return self.data / "mesures.jsonl"

    @property
    def drafts_path(self) -> Path:
        """The folder of encrypted drafts."""
        return self.data / "drafts"

    @property
    def depots_path(self) -> Path:
        """The folder of what a receipt says, encrypted like drafts."""
        return self.data / "depots"

    @property
    def remises_path(self) -> Path:
        """The folder of what is noted of hand-overs, encrypted like drafts."""
        return self.data / "remises"

    @property
    def fleeting_paths(self) -> tuple[Path, ...]:
        """What ends at midnight as drafts do, without being one."""
        return self.depots_path, self.remises_path


def load(path: Path) -> Settings:
    """Read `path`; raises `ConfigError` naming the first setting that is wrong."""
    try:
        raw = bounded.content(path, _MAX_FILE, ConfigError)
        settings = Settings.model_validate(tomllib.loads(raw.decode()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name}: {error}") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{path.name}: {where}: {first['msg']}") from error
    return _beside(path.parent.absolute(), settings)


def _beside(folder: Path, settings: Settings) -> Settings:
    """The same settings with every relative path made relative to `folder`."""
    station = settings.station.model_copy(
        update={
            k: folder / getattr(settings.station, k) for k in ("certificate", "key", "agents_ca")
        }
    )
    paths = ("ca", "recipient", "receipt_cert", "client_cert", "client_key")
    centre = settings.centre.model_copy(
        update={k: folder / getattr(settings.centre, k) for k in paths}
    )
    trust = settings.codes.trust
    codes = settings.codes if trust is None else CodeSettings(trust=folder / trust)
    named = settings.titre.model_dump(exclude_none=True)
    titre = settings.titre.model_copy(update={k: folder / path for k, path in named.items()})
    data = folder / settings.data
    models = None if settings.models is None else folder / settings.models
    places = None if settings.referentiel is None else folder / settings.referentiel
    agents = AgentSettings(**{k: folder / path for k, path in settings.agents if path})
    online = settings.predemande
    if online is not None:
        named = online.model_dump(exclude={"url"})
        online = online.model_copy(update={k: folder / path for k, path in named.items()})
    own = {"station": station, "centre": centre, "codes": codes, "titre": titre, "data": data}
    own |= {"models": models, "referentiel": places, "agents": agents, "predemande": online}
    return settings.model_copy(update=own)


def missing_files(settings: Settings) -> tuple[Path, ...]:
    """Certificates and keys that the settings name and the disk does not have."""
    centre, agents, online = settings.centre, settings.agents, settings.predemande
    named = (
        settings.station.certificate,
        settings.station.key,
        settings.station.agents_ca,
        centre.ca,
        centre.recipient,
        centre.receipt_cert,
        centre.client_cert,
        centre.client_key,
        *((online.ca, online.signer_cert, online.client_cert, online.client_key) if online else ()),
        *(path for path in (agents.intermediates, agents.enrolment, agents.enrolment_cert) if path),
    )
    absent = [path for path in dict.fromkeys(named) if not path.is_file()]
    if agents.revocation is not None and not agents.revocation.is_dir():
        absent.append(agents.revocation)
    return tuple(absent)
