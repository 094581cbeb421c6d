"""Everything that can go wrong at a station, by who has to act.

    StationError
    ├── DeviceError             technicien: cable, power, firmware, card reader
    │   ├── DeviceLost              the port vanished
    │   ├── DeviceSilent            the port is there, the device does not answer
    │   ├── DeviceRefused           the device answered with an error code
    │   ├── DeviceUntrusted         the device may not serve a dossier (simulated, 4-bit images)
    │   ├── DeviceTampered          it says that it was opened
    │   ├── DeviceUnconfigured      registration, keys or settings are missing
    │   ├── PrinterFailed           a paper is not printed
    │   ├── PrinterNotReady         it wants paper, ink, its cover closed
    │   ├── DeviceNotReady          it is still starting
    │   ├── ServiceRefused          its service answered with an error code
    │   ├── AttestationInvalid      what it signed does not prove what it should
    │   ├── CaptureReplayed         the capture was seen before
    │   ├── PaperJam                a sheet is stuck in the scanner
    │   ├── CoverOpen               its lid or hatch is open
    │   ├── SheetsMisfed            its feeder took none, or several at once
    │   ├── ScannerFull             it has no memory left
    │   ├── CertificateUnknown      a network device shows another certificate
    │   └── ProtocolError           the device said something the protocol does not allow
    ├── CaptureError            agent: ask the applicant again
    │   ├── CaptureTimeout
    │   ├── CaptureCancelled
    │   ├── DeviceBusy              one capture at a time
    │   ├── AttemptsSpent           no further capture of this finger
    │   ├── FingerNotSeen           nothing on the glass, or not the way the device needs it
    │   ├── WrongFingers            other fingers than those asked for
    │   ├── FeederEmpty             no sheet in the feeder of the scanner
    │   ├── TooManyPages            more sheets than one scan may have
    │   ├── NoSingleFace            the camera never saw one face alone
    │   ├── CodeGarbled             no whole code came from the reader
    │   └── SeveralCodes            more than one did
    ├── CardError               agent: the card in the reader, or its PIN
    │   ├── CardAbsent
    │   ├── CardUnknown
    │   ├── PinWrong
    │   ├── PinBlocked
    │   ├── PinNeeded
    │   ├── SessionLocked
    │   ├── CardBusy
    │   ├── MechanismUnsupported    it cannot sign in the way asked for
    │   ├── CardKeyWrong            its signature is not that of its certificate
    │   ├── PukWrong
    │   ├── PukBlocked
    │   ├── PinUnfit                what was typed cannot be a PIN
    │   ├── LastTry                 nobody has confirmed that the last try may be spent
    │   ├── CardRevoked
    │   ├── CardIssuerUnknown       no path to an authority of the settings
    │   ├── CardExpired             or not valid yet
    │   ├── AgentNotEnrolled        nothing says what its holder is here
    │   ├── RoleForbidden           the role does not include this act
    │   ├── ChipAbsent              no title on the reader
    │   ├── ChipRemoved             it left while it was read
    │   ├── ChipRefused             it does not accept the CAN or the MRZ
    │   ├── ChipUnknown             no chip of a title
    │   ├── ChannelBroken           an answer that is not the chip's own
    │   ├── ChipSwapped             another title came back
    │   └── ChipSlow                not read to its end in time
    ├── DossierError            agent: complete or correct the application
    │   ├── IncompleteDossier
    │   ├── InvalidField
    │   ├── DraftDamaged
    │   ├── DraftForeign
    │   ├── FieldChanged            by another window on the same dossier
    │   ├── WrongState              not at the step of its life that this needs
    │   ├── HandOverRefused         the title stays at the counter
    │   ├── DossierFull             it holds as many pages as one may hold
    │   └── DossierSealed           nothing in it changes any more
    ├── PredemandeError         agent: go on without what was begun online
    │   ├── PredemandeUnknown       no such number
    │   ├── PredemandeConsumed      filed before
    │   ├── PredemandeExpired
    │   ├── PredemandeUnreachable   no answer, and no copy of the day
    │   └── PredemandeInvalid       an answer that the service did not sign, or not to this
    ├── InputError              agent: a file or value that is not what it should be
    │   ├── NotAnImage
    │   ├── RecordInvalid
    │   ├── JournalBroken
    │   ├── PhotoNotFound           no photograph on the scan
    │   ├── PdfRefused              a PDF with more in it than pages, or too much
    │   ├── LandmarksInvalid        the agent's points cannot be those of a face
    │   ├── SecondLoss              a lossy coder would touch the image once more
    │   ├── ConversionImpossible    the format asked for cannot hold what was given
    │   ├── TwoDDocInvalid          a signed code that is not well formed
    │   ├── MrzInvalid              a machine-readable zone that is none
    │   ├── SymbolsUnread           the search for codes in an image broke
    │   ├── ChipFileInvalid         a file of a chip that breaks its standard
    │   ├── SignedDataInvalid       no signed object that can be read
    │   └── ChipKeyInvalid          no CAN, and no zone, that opens a chip
    ├── SealError               administrateur: keys, certificates, clock
    │   ├── CertificateInvalid
    │   ├── RevocationStale         nothing recent enough says which cards are revoked
    │   ├── RevocationInvalid       a file of the revocation folder is not what it should be
    │   └── EnrolmentInvalid        nor is the enrolment list
    ├── StorageError            administrateur: disk full, file damaged
    ├── CentreError             administrateur: the CERT, or the way to it
    │   ├── CentreUnreachable
    │   ├── CentreRefused
    │   └── ReceiptInvalid
    └── ConfigError             administrateur: the settings of this station
        ├── ModelInvalid            a model file that is not the pinned one
        ├── ModelsUnavailable       the landmark models are not installed
        ├── TableInvalid            a table of communes that is none of ours
        └── SourceInvalid           a public file that is not as it is published

A sample of poor quality is not an error: it is a `QualityReport`.
"""

from __future__ import annotations

from station.errors.counter import (
    AgentNotEnrolled,
    CardAbsent,
    CardBusy,
    CardError,
    CardExpired,
    CardIssuerUnknown,
    CardKeyWrong,
    CardRevoked,
    CardUnknown,
    ChannelBroken,
    ChipAbsent,
    ChipFileInvalid,
    ChipKeyInvalid,
    ChipRefused,
    ChipRemoved,
    ChipSlow,
    ChipSwapped,
    ChipUnknown,
    ConversionImpossible,
    InputError,
    JournalBroken,
    LandmarksInvalid,
    LastTry,
    MechanismUnsupported,
    MrzInvalid,
    NotAnImage,
    PdfRefused,
    PhotoNotFound,
    PinBlocked,
    PinNeeded,
    PinUnfit,
    PinWrong,
    PukBlocked,
    PukWrong,
    RecordInvalid,
    RoleForbidden,
    SecondLoss,
    SessionLocked,
    SignedDataInvalid,
    SymbolsUnread,
    TwoDDocInvalid,
)
from station.errors.devices import (
    AttemptsSpent,
    AttestationInvalid,
    CaptureCancelled,
    CaptureError,
    CaptureReplayed,
    CaptureTimeout,
    CertificateUnknown,
    CodeGarbled,
    CoverOpen,
    DeviceBusy,
    DeviceError,
    DeviceLost,
    DeviceNotReady,
    DeviceRefused,
    DeviceSilent,
    DeviceTampered,
    DeviceUnconfigured,
    DeviceUntrusted,
    FeederEmpty,
    FingerNotSeen,
    NoSingleFace,
    PaperJam,
    PrinterFailed,
    PrinterNotReady,
    ProtocolError,
    ScannerFull,
    ServiceRefused,
    SeveralCodes,
    SheetsMisfed,
    TooManyPages,
    WrongFingers,
)
from station.errors.dossier import (
    DossierError,
    DossierFull,
    DossierSealed,
    DraftDamaged,
    DraftForeign,
    FieldChanged,
    HandOverRefused,
    IncompleteDossier,
    InvalidField,
    WrongState,
)
from station.errors.office import (
    CentreError,
    CentreRefused,
    CentreUnreachable,
    CertificateInvalid,
    ConfigError,
    EnrolmentInvalid,
    ModelInvalid,
    ModelsUnavailable,
    ReceiptInvalid,
    RevocationInvalid,
    RevocationStale,
    SealError,
    SourceInvalid,
    StorageError,
    TableInvalid,
)
from station.errors.predemande import (
    PredemandeConsumed,
    PredemandeError,
    PredemandeExpired,
    PredemandeInvalid,
    PredemandeUnknown,
    PredemandeUnreachable,
)
from station.errors.root import (
    StationError,
)

__all__ = [
    "AgentNotEnrolled",
    "AttemptsSpent",
    "AttestationInvalid",
    "CaptureCancelled",
    "CaptureError",
    "CaptureReplayed",
    "CaptureTimeout",
    "CardAbsent",
    "CardBusy",
    "CardError",
    "CardExpired",
    "CardIssuerUnknown",
    "CardKeyWrong",
    "CardRevoked",
    "CardUnknown",
    "CentreError",
    "CentreRefused",
    "CentreUnreachable",
    "CertificateInvalid",
    "CertificateUnknown",
    "ChannelBroken",
    "ChipAbsent",
    "ChipFileInvalid",
    "ChipKeyInvalid",
    "ChipRefused",
    "ChipRemoved",
    "ChipSlow",
    "ChipSwapped",
    "ChipUnknown",
    "CodeGarbled",
    "ConfigError",
    "ConversionImpossible",
    "CoverOpen",
    "DeviceBusy",
    "DeviceError",
    "DeviceLost",
    "DeviceNotReady",
    "DeviceRefused",
    "DeviceSilent",
    "DeviceTampered",
    "DeviceUnconfigured",
    "DeviceUntrusted",
    "DossierError",
    "DossierFull",
    "DossierSealed",
    "DraftDamaged",
    "DraftForeign",
    "EnrolmentInvalid",
    "FeederEmpty",
    "FieldChanged",
    "FingerNotSeen",
    "HandOverRefused",
    "IncompleteDossier",
    "InputError",
    "InvalidField",
    "JournalBroken",
    "LandmarksInvalid",
    "LastTry",
    "MechanismUnsupported",
    "ModelInvalid",
    "ModelsUnavailable",
    "MrzInvalid",
    "NoSingleFace",
    "NotAnImage",
    "PaperJam",
    "PdfRefused",
    "PhotoNotFound",
    "PinBlocked",
    "PinNeeded",
    "PinUnfit",
    "PinWrong",
    "PredemandeConsumed",
    "PredemandeError",
    "PredemandeExpired",
    "PredemandeInvalid",
    "PredemandeUnknown",
    "PredemandeUnreachable",
    "PrinterFailed",
    "PrinterNotReady",
    "ProtocolError",
    "PukBlocked",
    "PukWrong",
    "ReceiptInvalid",
    "RecordInvalid",
    "RevocationInvalid",
    "RevocationStale",
    "RoleForbidden",
    "ScannerFull",
    "SealError",
    "SecondLoss",
    "ServiceRefused",
    "SessionLocked",
    "SeveralCodes",
    "SheetsMisfed",
    "SignedDataInvalid",
    "SourceInvalid",
    "StationError",
    "StorageError",
    "SymbolsUnread",
    "TableInvalid",
    "TooManyPages",
    "TwoDDocInvalid",
    "WrongFingers",
    "WrongState",
]
