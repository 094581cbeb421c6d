"""What an eSCL scanner says and shows: XML of its state, pages as files."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np
from defusedxml.ElementTree import fromstring
from PIL import Image

if TYPE_CHECKING:
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<scan:{0}'
    ' xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03"'
    ' xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm">{1}</scan:{0}>'
)
_GLASS = (248, 248, 246)  # the white lid, B, G, R
_QUALITY = 90


@dataclass(frozen=True, eq=False, slots=True)
class Sheet:
    """Paper: (rows, columns, 3) in B, G, R at `dpi`, its corner at the corner of the glass."""

    pixels: Pixels = field(repr=False)
    dpi: int


@dataclass(frozen=True, slots=True)
class Model:
    """What this scanner is; lengths in 1/300 inch, `pace` in seconds for a page.

    With `refill`, somebody puts the sheets back whenever the feeder has drawn the last one. With
    `chunked`, pages come without their length, as from a scanner that sends while it scans.
    """

    name: str = "SPECIMEN Scan 2"
    serial: str = "SIM0001"
    version: str = "2.63"
    glass: tuple[int, int] = (2550, 3508)
    resolutions: tuple[int, ...] = (75, 150, 300, 600)
    modes: tuple[str, ...] = ("Grayscale8", "RGB24")
    formats: tuple[str, ...] = ("image/jpeg",)
    feeder: bool = True
    pace: float = 0.0
    refill: bool = False
    chunked: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """A job as a host asked for it."""

    feeder: bool
    dpi: int
    width: int
    height: int
    grey: bool
    format: str


def capabilities(model: Model, name: str) -> bytes:
    """ScannerCapabilities; `name` may differ from the model's, when somebody is hostile."""
    adf = f"<scan:Adf>{_source('AdfSimplexInputCaps', model)}<scan:FeederCapacity>50</scan:FeederCapacity><scan:AdfOptions><scan:AdfOption>DetectPaperLoaded</scan:AdfOption></scan:AdfOptions></scan:Adf>"  # noqa: E501
    return _document(
        "ScannerCapabilities",
        f"<pwg:Version>{model.version}</pwg:Version>"
        f"<pwg:MakeAndModel>{name}</pwg:MakeAndModel>"
        f"<pwg:SerialNumber>{model.serial}</pwg:SerialNumber>"
        "<scan:UUID>00000000-0000-4000-8000-000000000001</scan:UUID>"
        f"<scan:Platen>{_source('PlatenInputCaps', model)}</scan:Platen>"
        f"{adf if model.feeder else ''}",
    )


def status(state: str, adf: str, reasons: tuple[str, ...], jobs: dict[str, str]) -> bytes:
    """ScannerStatus; `jobs` maps the path of each to its state."""
    why = "".join(f"<pwg:StateReason>{reason}</pwg:StateReason>" for reason in reasons)
    infos = "".join(
        f"<scan:JobInfo><pwg:JobUri>{uri}</pwg:JobUri><pwg:JobState>{state}</pwg:JobState>"
        "</scan:JobInfo>"
        for uri, state in jobs.items()
    )
    return _document(
        "ScannerStatus",
        f"<pwg:Version>2.63</pwg:Version><pwg:State>{state}</pwg:State>"
        f"<pwg:StateReasons>{why}</pwg:StateReasons><scan:AdfState>{adf}</scan:AdfState>"
        f"<scan:Jobs>{infos}</scan:Jobs>",
    )


def settings(xml: bytes) -> Settings:
    """ScanSettings of a host; raises `ValueError` for a job that makes no sense."""
    said = {
        element.tag.rpartition("}")[2]: (element.text or "").strip()
        for element in fromstring(xml).iter()
    }
    return Settings(
        feeder=said.get("InputSource") == "Feeder",
        dpi=int(said["XResolution"]),
        width=int(said["Width"]),
        height=int(said["Height"]),
        grey=said.get("ColorMode") == "Grayscale8",
        format=said.get("DocumentFormatExt") or said.get("DocumentFormat", "image/jpeg"),
    )


def scanned(sheet: Sheet | None, job: Settings, dpi: int) -> Pixels:
    """What the sensor sees of `sheet` in the region of the job, at `dpi`; bare glass beyond it."""
    columns, rows = job.width * dpi // 300, job.height * dpi // 300
    seen = np.full((rows, columns, 3), _GLASS, np.uint8)
    if sheet is not None:
        scale = dpi / sheet.dpi
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        paper = sheet.pixels
        if scale != 1:
            paper = np.asarray(cv2.resize(paper, None, fx=scale, fy=scale, interpolation=method))
        height, width = min(rows, paper.shape[0]), min(columns, paper.shape[1])
        seen[:height, :width] = paper[:height, :width]
    return seen


def encoded(pixels: Pixels, job: Settings, dpi: int) -> bytes:
    """A page as a file of the format asked for, which says its resolution."""
    image = Image.fromarray(np.ascontiguousarray(pixels[..., ::-1]))
    kind = "PNG" if job.format == "image/png" else "JPEG"
    out = io.BytesIO()
    (image.convert("L") if job.grey else image).save(out, kind, quality=_QUALITY, dpi=(dpi, dpi))
    return out.getvalue()


def _document(name: str, inner: str) -> bytes:
    return _HEAD.format(name, inner).encode()


def _source(tag: str, model: Model) -> str:
    resolutions = "".join(
        f"<scan:DiscreteResolution><scan:XResolution>{dpi}</scan:XResolution>"
        f"<scan:YResolution>{dpi}</scan:YResolution></scan:DiscreteResolution>"
        for dpi in model.resolutions
    )
    modes = "".join(f"<scan:ColorMode>{mode}</scan:ColorMode>" for mode in model.modes)
    formats = "".join(
        f"<pwg:DocumentFormat>{kind}</pwg:DocumentFormat>"
        f"<scan:DocumentFormatExt>{kind}</scan:DocumentFormatExt>"
        for kind in model.formats
    )
    width, height = model.glass
    return (
        f"<scan:{tag}><scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>{width}</scan:MaxWidth>"
        f"<scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>{height}</scan:MaxHeight>"
        "<scan:MaxScanRegions>1</scan:MaxScanRegions><scan:SettingProfiles><scan:SettingProfile>"
        f"<scan:ColorModes>{modes}</scan:ColorModes>"
        f"<scan:DocumentFormats>{formats}</scan:DocumentFormats>"
        "<scan:SupportedResolutions><scan:DiscreteResolutions>"
        f"{resolutions}</scan:DiscreteResolutions></scan:SupportedResolutions>"
        "</scan:SettingProfile></scan:SettingProfiles>"
        "<scan:SupportedIntents><scan:Intent>Document</scan:Intent></scan:SupportedIntents>"
        f"</scan:{tag}>"
    )
