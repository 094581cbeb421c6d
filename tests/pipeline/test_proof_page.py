"""The proof of address of the laboratory: its code is read off the page and proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from simulators.people import Person, pages
from simulators.signed_codes import Issuer, today
from station.codes.content import recognise
from station.codes.symbols import Reader
from station.codes.trust import Status, TrustList, verify

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


def test_the_code_of_the_proof_of_address_is_proven(reader: Reader) -> None:
    issuer = Issuer.new()
    page = np.frombuffer(pages(Person(7), issuer)["domicile.png"], np.uint8)
    grey = np.asarray(cv2.imdecode(page, cv2.IMREAD_GRAYSCALE), np.uint8)
    (found,) = reader.read(grey)
    doc = recognise(found.data, today()).doc
    assert doc is not None
    trust = TrustList.of((issuer.authority.certificate, issuer.certificate))
    assert verify(doc, trust, today()).status is Status.VERIFIED
    assert doc.value("24") == Person(7).civil()["adresse"]["code_postal"]
