"""The recap that an applicant prints at home: a page with the number and its QR code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators import sheets
from simulators.signed_codes import put, qr

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from simulators.predemande.book import Begun

_MODULE, _CODE_AT = 8, (1150, 480)  # pixels: 1.35 mm at 150 dpi; row and column
_WORDS = {"CNI": "carte nationale d'identite", "PASSEPORT": "passeport"}


def page(begun: Begun) -> npt.NDArray[np.uint8]:
    """A4 at 150 dpi, (rows, columns, 3) in B, G, R."""
    texts = begun.fields
    asked = [word for titre, word in _WORDS.items() if f"demande.{titre.lower()}" in texts]
    lines = (
        f"numero : {begun.numero}",
        f"validee le {begun.validated:%d/%m/%Y}",
        f"{texts['usager.nom_famille']} {texts['usager.prenoms']}",
        f"ne(e) le {texts['usager.date_naissance']}",
        *asked,
        "a presenter au guichet, le jour du rendez-vous",
    )
    sheet = sheets.page("RECAPITULATIF DE PRE-DEMANDE", lines)
    put(sheet, qr(begun.numero, _MODULE), _CODE_AT)
    return sheet
