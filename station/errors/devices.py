"""What goes wrong at a device: for the technicien, or for the agent who holds it out."""

from __future__ import annotations

from station.errors.root import StationError


class DeviceError(StationError):
    """A device cannot do its work."""

    code = "DEV-000"


class DeviceLost(DeviceError):
    """The port went away while the device was open, or could not be opened."""

    code = "DEV-001"
    remedy = "Rebrancher le câble de l’appareil, puis relancer la capture."


class DeviceSilent(DeviceError):
    """Nothing came back within the reply time of the protocol."""

    code = "DEV-002"
    remedy = "Éteindre et rallumer l’appareil, puis relancer la capture."


class DeviceRefused(DeviceError):
    """The device answered, and the answer is no; `status` is its own code."""

    code = "DEV-003"
    remedy = "Noter le code et appeler le technicien."

    def __init__(self, status: int, *, command: str) -> None:
        super().__init__(f"{command}: status 0x{status:02x}")
        self.status = status
        self.command = command

    def __reduce__(self) -> tuple[object, ...]:
        return _refused, (type(self), self.status, self.command)


def _refused(cls: type[DeviceRefused], status: int, command: str) -> DeviceRefused:
    return cls(status, command=command)


class ProtocolError(DeviceError):
    """The bytes received cannot come from a device that follows its protocol."""

    code = "DEV-004"
    remedy = "Débrancher et rebrancher l’appareil ; si l’erreur revient, appeler le technicien."


class DeviceUntrusted(DeviceError):
    """The device works, but what it yields may not enter a dossier."""

    code = "DEV-005"
    remedy = "Utiliser un appareil homologué ; les simulateurs sont réservés au laboratoire."


class DeviceTampered(DeviceError):
    """The device reports that somebody opened it."""

    code = "DEV-006"
    remedy = "Ne plus utiliser l’appareil, le mettre de côté et appeler le technicien."


class DeviceUnconfigured(DeviceError):
    """The device works but its registration, its keys or its settings are missing."""

    code = "DEV-007"
    remedy = "Appeler le technicien : enregistrement, clés ou réglages de l’appareil à revoir."


class DeviceNotReady(DeviceError):
    """The device is there and still starting."""

    code = "DEV-008"
    remedy = "Attendre que l’appareil soit prêt, puis relancer la capture."


class ServiceRefused(DeviceError):
    """The service of the device answered with an error code of its own."""

    code = "DEV-009"
    remedy = "Relancer la capture ; si l’erreur revient, noter le code et appeler le technicien."


class AttestationInvalid(DeviceError):
    """A signed answer that does not prove which device made it, when, and for which request."""

    code = "DEV-010"
    remedy = "Ne pas utiliser l’appareil : appeler le technicien (certificat, horloge, numéro)."


class CaptureReplayed(DeviceError):
    """The device handed over a capture that was seen before."""

    code = "DEV-011"
    remedy = "Ne pas utiliser l’appareil et prévenir l’administrateur : capture déjà vue."


class PaperJam(DeviceError):
    """A sheet is stuck in the scanner; no page of this scan was kept."""

    code = "DEV-012"
    remedy = "Dégager la feuille coincée, refermer le chargeur, puis numériser à nouveau."


class CoverOpen(DeviceError):
    """The lid or the hatch of the scanner is open."""

    code = "DEV-013"
    remedy = "Refermer le capot et le chargeur du scanner, puis numériser à nouveau."


class SheetsMisfed(DeviceError):
    """The feeder took no sheet, or several at once; no page of this scan was kept."""

    code = "DEV-014"
    remedy = "Aérer et égaliser les feuilles, ou les poser sur la vitre, puis numériser à nouveau."


class ScannerFull(DeviceError):
    """The scanner has no memory left for this page."""

    code = "DEV-015"
    remedy = "Éteindre et rallumer le scanner ; si l’erreur revient, baisser la résolution réglée."


class CertificateUnknown(DeviceError):
    """The certificate of a network device is not the one of the settings."""

    code = "DEV-016"
    remedy = "Ne pas utiliser l’appareil : faire vérifier son certificat et l’empreinte réglée."


class PrinterFailed(DeviceError):
    """The printer of the counter does not take a paper; the text is what CUPS answers."""

    code = "DEV-017"
    remedy = "Ouvrir le document et l’imprimer du navigateur ; faire vérifier l’imprimante réglée."


class PrinterNotReady(DeviceError):
    """The printer of the counter wants a hand: paper, ink, its cover, its power."""

    code = "DEV-018"
    remedy = (
        "Remettre l’imprimante en état (papier, encre, capot) ; ce qui est envoyé sort ensuite."
    )


class CaptureError(StationError):
    """The device works, the applicant or the agent did not follow through."""

    code = "CAP-000"


class CaptureTimeout(CaptureError):
    """Nobody presented the finger, the face or the page in time."""

    code = "CAP-001"
    remedy = "Recommencer la capture."


class CaptureCancelled(CaptureError):
    """The agent pressed cancel."""

    code = "CAP-002"
    remedy = "Relancer la capture quand le demandeur est prêt."


class DeviceBusy(CaptureError):
    """A capture is under way on this device."""

    code = "CAP-003"
    remedy = "Attendre la fin de la capture en cours, ou l’annuler, puis recommencer."


class AttemptsSpent(CaptureError):
    """The finger was captured as often as the rules allow, and never well enough."""

    code = "CAP-004"
    remedy = "Accepter la meilleure empreinte avec une raison, ou déclarer le doigt inexploitable."


class FingerNotSeen(CaptureError):
    """The device found no finger on its glass, or not straight enough."""

    code = "CAP-005"
    remedy = "Reposer les doigts bien à plat et bien droits, puis recommencer."


class WrongFingers(CaptureError):
    """What came is not what was asked for; the text names each finger that is wrong."""

    code = "CAP-006"
    remedy = "Présenter les doigts demandés, de la main demandée, puis recommencer."


class FeederEmpty(CaptureError):
    """No sheet lies in the feeder of the scanner."""

    code = "CAP-007"
    remedy = "Placer les feuilles dans le chargeur du scanner, puis numériser à nouveau."


class TooManyPages(CaptureError):
    """The feeder holds more sheets than one scan may have."""

    code = "CAP-008"
    remedy = "Numériser le document en plusieurs fois."


class NoSingleFace(CaptureError):
    """The time was up, and no frame of the camera showed exactly one face."""

    code = "CAP-010"
    remedy = "Placer l’usager seul face à l’objectif, bien éclairé, puis relancer la prise de vue."


class CodeGarbled(CaptureError):
    """What the reader of codes sent is no whole code; the text says why, never what it held."""

    code = "CAP-011"
    remedy = "Présenter le code à nouveau, à plat et immobile ; sinon saisir le numéro."


class SeveralCodes(CaptureError):
    """The reader of codes sent more than one code at once; which one was meant is not known."""

    code = "CAP-012"
    remedy = "Cacher les autres codes, puis présenter le bon seul devant le lecteur."
