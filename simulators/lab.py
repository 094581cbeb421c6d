"""The laboratory: every simulator at once, and the station.toml that points at them."""

from __future__ import annotations

import importlib.util
import json
import signal
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

import cv2
import numpy as np

from simulators import card_bed, firmware, pki, platen, sheets, title_chip
from simulators.camera import CameraSimulator
from simulators.card_bed import CardBed
from simulators.cert.decisions import Scenario
from simulators.cert.server import CertServer
from simulators.code_reader import CodeReaderSimulator
from simulators.document_scanner import DocumentScannerSimulator, Model, Sheet
from simulators.firmware import Firmware
from simulators.paper import PhotoScan, photo_scan
from simulators.people import Person, application, pages
from simulators.predemande import recap
from simulators.predemande.server import PredemandeServer
from simulators.sbi import SbiService
from simulators.serial_finger import SerialFingerSimulator
from simulators.signed_codes import Issuer
from simulators.software_token import make_token
from station.capture import Finger, Hand

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

_FRAME = (1280, 720)  # pixels of the camera
_PAGES_DPI = 150
_PRINT = PhotoScan(glass=(70.0, 90.0), angle=3.0, dust=3)  # mm: the region `photo` of a port
_PIN = "123456"
_LOOK = 0.5  # seconds
_FINGERS = (
    Finger.RIGHT_INDEX, Finger.RIGHT_MIDDLE, Finger.RIGHT_RING,
    Finger.LEFT_INDEX, Finger.LEFT_MIDDLE, Finger.LEFT_RING,
)  # fmt: skip
_SETTINGS = """# Written by the laboratory: every device here is a simulator.
profile = "lab"
data = "data"

[station]
insee = "75056"
poste = "01"
mode = "MOBILE"
certificate = "keys/station.pem"
key = "keys/station.key.pem"
agents_ca = "keys/ca.pem"

[devices.empreintes]
driver = "{scanner_driver}"
port = "{scanner}"

[devices.photo]
driver = "video-camera"
port = "{camera}"

[devices.photo-papier]
driver = "document-scanner"
port = "{pages}?source=platen&region=photo&dpi=600"

[devices.pieces]
driver = "document-scanner"
port = "{pages}?source=adf&dpi=150"

[devices.codes]
driver = "code-reader"
port = "{codes}"

[devices.carte]
driver = "{card_driver}"
port = "{card}"
{titre}
[centre]
url = "{cert}"
ca = "keys/ca.pem"
recipient = "keys/cert.pem"
receipt_cert = "keys/cert-recepisse.pem"
client_cert = "keys/station-tls.pem"
client_key = "keys/station-tls.key.pem"

[predemande]
url = "{predemande}"
ca = "keys/ca.pem"
signer_cert = "keys/predemande.pem"
client_cert = "keys/station-tls.pem"
client_key = "keys/station-tls.key.pem"

[agents]
revocation = "keys/revocation"

[codes]
trust = "keys/2d-doc.pem"
"""


# Only where there is a reader: nothing stands in for the chip of a title.
_TITRE = """
[devices.titre]
driver = "chip-reader"
port = "{port}"

[titre]
csca = "keys/titres/master-list.ml"
crl = "keys/titres/csca.crl"
publisher = "keys/titres/csca.pem"
"""


@dataclass(frozen=True, slots=True)
class Laid:
    """The applicant's title on the second reader: which one, and what is wrong with it."""

    kind: title_chip.Kind = title_chip.Kind.OLD_CNI
    defect: title_chip.Defect | None = None


class Laboratory:
    """Everything runs for the length of a `with` block; `stand_ins` says what was replaced.

    With `slap`, prints come from a device service that takes four fingers at once.
    """

    def __init__(
        self,
        folder: Path,
        seed: int = 7,
        scenario: Scenario = Scenario.ACCEPTE,
        *,
        slap: bool = False,
        laid: Laid | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.person = Person(seed)
        self.issuer = Issuer.new()
        self._pages = pages(self.person, self.issuer)
        self.stand_ins: list[str] = []
        self.pin = _PIN
        self.bed: CardBed | None = None
        self.title: title_chip.Title | None = None
        self._scenario, self._slap, self._laid = scenario, slap, laid or Laid()
        self._running = ExitStack()

    @property
    def keys(self) -> Path:
        """The folder of certificates and keys."""
        return self.folder / "keys"

    @property
    def config(self) -> Path:
        """The settings of the station."""
        return self.folder / "station.toml"

    @property
    def form(self) -> Path:
        """The application of the synthetic applicant."""
        return self.folder / "form" / "demande.json"

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._running.close()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self._running.close()

    def lay_hands(self) -> None:
        """Let the serial scanner see both hands as well; they take a second or two to draw."""
        for hand in Hand:
            self.scanner.lay(hand, platen.hand(self.person.slap(hand)))

    def seat(self, person: Person) -> None:
        """Let another applicant come: fingers, face, photograph and papers are theirs from now on.

        The title in the reader stays; hands are to be laid anew. Costs a few seconds.
        """
        self.person, self._pages = person, pages(person, self.issuer)
        if not self._slap:
            self._lay_fingers()
        portrait = person.portrait(*_FRAME)
        self.camera.show(portrait)
        self.pages.glass = _printed(portrait)
        self.pages.load(self._papers())
        self._write_form()

    def wait(self) -> None:
        """Until Ctrl-C, or until the process is told to end."""
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        with suppress(KeyboardInterrupt):
            while not stop.wait(_LOOK):
                pass  # a signal that another thread gets is handled here, and does not wake us

    def description(self) -> list[str]:
        """What runs and where, in French."""
        return [
            f"Réglages : {self.config}",
            f"Formulaire : {self.form}",
            f"Parler pour le CERT : python -m simulators.cert --help (--folder {self.folder})",
            f"Code PIN de la carte agent simulée : {self.pin}",
            *([_spoken(self.title)] if self.title else []),
            *self._the_day(),
            *self.stand_ins,
        ]

    def _the_day(self) -> list[str]:
        """The pre-demandes of today, and two that a counter has to refuse."""
        book = self.predemandes.book
        said = [f"Pré-demande {begun.numero} : {begun.case}" for begun in book.day]
        said += [f"Pré-demande {book.expired.numero} : périmée"]
        said += [f"Pré-demande {book.used.numero} : déjà déposée"]
        return [*said, f"Récapitulatifs avec leur QR code : {self.form.parent}"]

    def _start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        pki.create(self.keys)
        (self.keys / "2d-doc.pem").write_bytes(self.issuer.trust())
        self.cert = self._running.enter_context(
            CertServer(self.keys, f"sqlite:///{self.folder}/cert.sqlite", self._scenario)
        )
        self.predemandes = self._running.enter_context(
            PredemandeServer(self.keys, self.person.seed)
        )
        scanner_driver, scanner = self._a_service() if self._slap else self._a_scanner()
        portrait = self.person.portrait(*_FRAME)
        self.camera = self._running.enter_context(CameraSimulator(portrait))
        self.pages = self._running.enter_context(self._a_page_scanner(portrait))
        self.code_reader = self._running.enter_context(CodeReaderSimulator())
        driver, card = self._a_card()
        titre = self._a_title()
        self.config.write_text(
            _SETTINGS.format(
                scanner_driver=scanner_driver,
                scanner=scanner,
                camera=self.camera.url,
                pages=self.pages.url,
                codes=self.code_reader.url,
                card_driver=driver,
                card=card,
                titre=titre,
                cert=self.cert.url,
                predemande=self.predemandes.url,
            )
        )
        self._write_form()

    def _a_scanner(self) -> tuple[str, str]:
        """Driver and port of the reference scanner, or of its twin, with the fingers on it."""
        self.scanner: Firmware | SerialFingerSimulator
        if firmware.compiled():
            self.scanner = Firmware()
        else:
            self.scanner = SerialFingerSimulator()
            self.stand_ins.append(
                "Lecteur d’empreintes : jumeau Python (aucun compilateur C pour le micrologiciel)."
            )
        self._running.enter_context(self.scanner)
        self._lay_fingers()
        return "serial-finger", self.scanner.url

    def _lay_fingers(self) -> None:
        for finger in _FINGERS:
            self.scanner.present(finger, self.person.finger(finger))

    def _a_service(self) -> tuple[str, str]:
        """Driver and port of the device service, and the certificate of its provider."""
        self.service = self._running.enter_context(SbiService(self.person))
        trust = self.keys / "fournisseur-sbi.pem"
        trust.write_bytes(self.service.trust)
        named = {"trust": str(trust), "serial": self.service.profile.serial, "env": "Developer"}
        return "sbi-finger", f"{self.service.url}?{urlencode(named)}"

    def _a_page_scanner(self, portrait: npt.NDArray[np.uint8]) -> DocumentScannerSimulator:
        """The pieces of the form in the feeder, the printed photograph on the glass."""
        model = Model(refill=True)
        return DocumentScannerSimulator(_printed(portrait), self._papers(), model=model)

    def _papers(self) -> list[Sheet]:
        """The pieces of the form as they lie in a feeder."""
        images = (cv2.imdecode(np.frombuffer(png, np.uint8), 1) for png in self._pages.values())
        return [Sheet(np.asarray(image, np.uint8), _PAGES_DPI) for image in images]

    def _a_card(self) -> tuple[str, str]:
        """Driver and port of the agent's card, or of the token that stands in for it."""
        lacks = list(card_bed.missing())
        if importlib.util.find_spec("smartcard") is None:
            lacks.append("pyscard")
        if not lacks:
            bed = CardBed(self.folder / "card", authority=self.keys, pin=self.pin)
            self.bed = self._running.enter_context(bed)
            return "agent-card", bed.port
        self.stand_ins.append(
            f"Carte agent : jeton logiciel à la place de la carte (manque : {', '.join(lacks)})."
        )
        token = self.folder / "token"
        token.mkdir(exist_ok=True)
        return "software-token", make_token(token, self.pin, authority=self.keys)

    def _a_title(self) -> str:
        """A title of the applicant in the second reader, and the settings that lead to it."""
        if self.bed is None:
            return ""
        state = title_chip.Issuer.new()
        self.title = title_chip.title(self.person, self._laid.kind, state)
        if self._laid.defect:
            self.title = title_chip.spoilt(self.title, self._laid.defect, state)
        state.write(self.keys / "titres", *title_chip.revoked(self.title, self._laid.defect))
        self.bed.insert_title(self.title)
        inspection = urlencode({"inspection": self.keys / "titres" / "inspection"})
        return _TITRE.format(port=f"{self.bed.title_port}&{inspection}")

    def _write_form(self) -> None:
        self.form.parent.mkdir(exist_ok=True)
        for name, data in self._pages.items():
            (self.form.parent / name).write_bytes(data)
        for begun in self.predemandes.book.day:
            sheet = sheets.png(recap.page(begun))
            (self.form.parent / f"recapitulatif-{begun.numero}.png").write_bytes(sheet)
        form = json.dumps(application(self.person), ensure_ascii=False, indent=1)
        self.form.write_text(form + "\n")


def _printed(portrait: npt.NDArray[np.uint8]) -> Sheet:
    """The photograph of 35 x 45 mm on the glass."""
    return Sheet(photo_scan(portrait, _PRINT), _PRINT.dpi)


def _spoken(title: title_chip.Title) -> str:
    printed = title.printed
    if printed.can:
        return f"Titre simulé sur le second lecteur : CNI {printed.number}, CAN {printed.can}."
    lines = " ".join(printed.zone)
    return f"Titre simulé sur le second lecteur : passeport, MRZ {lines}"
