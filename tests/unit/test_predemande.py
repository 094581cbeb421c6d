"""What the service signs, read: bounds, expiry, and texts of strangers."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from simulators.pki import Authority
from station.dossier.champs import visible
from station.dossier.formulaire import CHAMPS
from station.errors import PredemandeExpired, PredemandeInvalid
from station.predemande.messages import Cadre, prefill, read_journee, read_predemande
from station.rules.regles import en_vigueur

if TYPE_CHECKING:
    from cryptography import x509

NUMERO = "SPECIMEN01"
JOUR = date(2026, 2, 28)


@cache
def signer() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP384R1())
    return key, Authority.new("AC").issue(key.public_key(), "SPECIMEN", "digital_signature")


def signed(kind: str, **said: Any) -> str:
    claims = {"iss": "PREDEMANDE", "iat": int(time.time()), **said}
    return jwt.encode(claims, signer()[0], algorithm="ES384", headers={"typ": kind})


def token(**said: Any) -> str:
    usual = {"numero": NUMERO, "statut": "validated", "validee_le": "2026-02-01", "champs": {}}
    return signed("predemande", **(usual | said))


def cadre(jour: date = JOUR, months: int = 12) -> Cadre:
    return Cadre(signer()[1], jour, months)


@pytest.mark.parametrize(
    ("validated", "last"),
    [("2025-08-31", date(2026, 2, 28)), ("2025-12-15", date(2026, 6, 15))],
)
def test_it_holds_until_the_same_day_some_months_later(validated: str, last: date) -> None:
    said = token(validee_le=validated)
    assert read_predemande(said, NUMERO, cadre(last, 6)).numero == NUMERO
    with pytest.raises(PredemandeExpired):
        read_predemande(said, NUMERO, cadre(date.fromordinal(last.toordinal() + 1), 6))


def test_the_rule_says_how_long_and_that_nobody_knows() -> None:
    rule = en_vigueur(datetime.now(UTC).date()).predemande.validite_mois
    assert rule.valeur == 12
    assert "non confirmé" in rule.source


@given(st.dictionaries(st.sampled_from([*CHAMPS, "x", ""]), st.text(max_size=400), max_size=30))
def test_whatever_was_typed_at_home_only_texts_of_the_form_come_out(texts: dict[str, str]) -> None:
    found = read_predemande(token(champs=texts), NUMERO, cadre())
    out = prefill(found)
    assert set(out) <= set(CHAMPS)
    assert all(text.strip() and len(text) <= 500 and visible(text) for text in out.values())
    assert not set(found.illisibles) & set(found.champs)


@pytest.mark.parametrize(
    "said",
    [
        {"numero": 1},
        {"statut": "reopened"},
        {"validee_le": "yesterday"},
        {"champs": {"usager.prenoms": ["Zoé"]}},
        {"champs": {f"x{n}": "" for n in range(201)}},
        {"iss": "CERT"},
        {"iat": int(time.time()) + 3600},
        {"iat": None},
        {"champs": {"usager.prenoms": "x" * 100_000}},
    ],
)
def test_what_the_protocol_does_not_know_is_not_believed(said: dict[str, Any]) -> None:
    with pytest.raises(PredemandeInvalid) as raised:
        read_predemande(token(**said), NUMERO, cadre())
    assert raised.value.__cause__ is None or "Zoé" not in str(raised.value.__cause__)


@pytest.mark.parametrize("raw", ["", "a.b.c", "eyJ", "é" * 50, "." * 1000])
def test_what_is_no_token_is_not_believed(raw: str) -> None:
    with pytest.raises(PredemandeInvalid):
        read_predemande(raw, NUMERO, cadre())


@pytest.mark.parametrize(
    "one",
    [
        {"heure": "25:00"},
        {"heure": "8h"},
        {"titres": ["PERMIS"]},
        {"personne": "x" * 41},
        {"numero": "12"},
    ],
)
def test_an_appointment_of_another_form_is_none(one: dict[str, Any]) -> None:
    usual = {"heure": "09:00", "titres": ["CNI"], "personne": "Zoé S."}
    said = {"site": "75056", "jour": JOUR.isoformat(), "rendezvous": [usual | one]}
    with pytest.raises(PredemandeInvalid):
        read_journee(signed("rendezvous", **said), "75056", JOUR, signer()[1])
