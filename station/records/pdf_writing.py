"""Scanned pages as one PDF: an image a page, as PDF/A-2b wants it (ISO 19005-2), no text layer.

The same pages give the same bytes. Nothing is embedded but the images and one ICC profile.
"""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pikepdf
from PIL import Image, ImageCms

from station.errors import PdfRefused
from station.rules.documents import documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from station.capture import Sample
    from station.rules.documents import PdfFait

_POINTS = 72
_GREY = 14  # levels between colours: less is the tint of the scanner
_COLOURED = 0.001  # of the page
_MAKER = "dr-station"
_ICC_DATE = slice(24, 36)  # ICC.1:2010 §7.2: when the profile was made


def pages_pdf(pages: Sequence[Sample], title: str, limits: PdfFait | None = None) -> bytes:
    """`pages`, upright, (rows, columns, 3) in B, G, R, as one file within the limits in force.

    Quality steps down first, then resolution, to the least one stated and no further. Raises
    `PdfRefused` when even that is too large, or a page has no resolution.
    """
    limits = limits or documents().pdf_fait
    if not pages or any(page.dpi is None for page in pages):
        raise PdfRefused("no pages, or a page without a resolution")
    for dpi in dict.fromkeys((limits.ppp, limits.ppp_min)):
        pictures = [_picture(page, dpi) for page in pages]
        for quality in limits.qualites:
            coded = [_jpeg(picture, quality) for picture in pictures]
            if sum(map(len, coded)) < limits.octets_max:
                made = _file(zip(pictures, coded, strict=True), title)
                if len(made) <= limits.octets_max:
                    return made
    size = f"{len(pages)} pages at {limits.ppp_min} dpi"
    raise PdfRefused(f"{size} are larger than {limits.octets_max} bytes")


def pictures(made: bytes) -> list[bytes]:
    """The JPEG of each page of a file that `pages_pdf` made; of no other file."""
    with pikepdf.open(io.BytesIO(made)) as pdf:
        return [page.Resources.XObject.Page.read_raw_bytes() for page in pdf.pages]


def _picture(page: Sample, dpi: int) -> Image.Image:
    """The page at `dpi` or less; grey when it has no colour of its own."""
    own = page.dpi or dpi
    image = Image.fromarray(np.ascontiguousarray(page.pixels[:, :, ::-1]))
    if _colourless(page.pixels):
        image = image.convert("L")
    if own > dpi:
        width, height = (max(1, round(side * dpi / own)) for side in image.size)
        image = image.resize((width, height), Image.Resampling.BOX)
    image.info["dpi"] = (min(own, dpi),) * 2
    return image


def _colourless(pixels: npt.NDArray[np.uint8]) -> bool:
    few = pixels[::4, ::4].astype(np.int16)
    return bool((np.ptp(few, axis=2) > _GREY).mean() < _COLOURED)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _file(pages: Iterable[tuple[Image.Image, bytes]], title: str) -> bytes:
    with pikepdf.new() as pdf:
        for picture, coded in pages:
            _add(pdf, picture, coded)
        _described(pdf, title)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, force_version="1.7")
        return out.getvalue()


def _add(pdf: pikepdf.Pdf, picture: Image.Image, coded: bytes) -> None:
    """One page as large as the paper was, filled by its image."""
    dpi = picture.info["dpi"][0]
    width, height = (round(side * _POINTS / dpi, 2) for side in picture.size)
    space = pikepdf.Name.DeviceGray if picture.mode == "L" else pikepdf.Name.DeviceRGB
    image = pdf.make_stream(
        coded,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=picture.width,
        Height=picture.height,
        ColorSpace=space,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    page = pdf.add_blank_page(page_size=(width, height))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Page=image))
    page.Contents = pdf.make_stream(f"q {width} 0 0 {height} 0 0 cm /Page Do Q".encode())


def _described(pdf: pikepdf.Pdf, title: str) -> None:
    """What PDF/A asks for: metadata, the meaning of colours, the language."""
    with pdf.open_metadata(set_pikepdf_as_editor=False) as said:
        said["dc:title"] = title
        said["pdf:Producer"] = _MAKER
        said["pdfaid:part"] = "2"
        said["pdfaid:conformance"] = "B"
    pdf.docinfo["/Title"] = title
    pdf.docinfo["/Producer"] = _MAKER
    pdf.Root.Lang = pikepdf.String("fr-FR")
    profile = pdf.make_stream(_srgb(), N=3)
    pdf.Root.OutputIntents = pikepdf.Array(
        [
            pikepdf.Dictionary(
                Type=pikepdf.Name.OutputIntent,
                S=pikepdf.Name.GTS_PDFA1,
                OutputConditionIdentifier=pikepdf.String("sRGB IEC61966-2.1"),
                DestOutputProfile=profile,
            )
        ]
    )


@cache
def _srgb() -> bytes:
    """The ICC profile of sRGB, without the time at which it was made."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[_ICC_DATE] = bytes.fromhex("07e8 0001 0001 0000 0000 0000")
    return bytes(profile)
