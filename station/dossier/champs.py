"""Fields of the form: bounded, NFC, without control characters, and errors that keep quiet.

A form that does not hold raises `InvalidField`, which names fields and the kind of fault, never
the value: what an applicant said must not reach a log.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from station.errors import InvalidField

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # Unicode categories nobody can see
_MAX_JSON = 64 * 1024  # bytes
_NAME_MARKS = " -'’"


def _clean(text: str) -> str:
    """The text in NFC, trimmed; refused when blank or when it holds what cannot be seen."""
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        raise PydanticCustomError("blank", "blank")
    if not visible(text):
        raise PydanticCustomError("hidden_character", "hidden character")
    return text


def visible(text: str) -> bool:
    """Whether every character of `text` can be seen: no control, no mark of direction, no line."""
    return not any(unicodedata.category(c) in _HIDDEN for c in text)


def _name(text: str) -> str:
    """A name of the civil register: Latin letters, space, hyphen, apostrophe (process.md §13.2)."""
    if not all(c in _NAME_MARKS or _latin(c) for c in text) or not any(map(_latin, text)):
        raise PydanticCustomError("not_a_name", "not a name")
    return text.replace("'", "’")


def _latin(char: str) -> bool:
    return char.isalpha() and unicodedata.name(char, "").startswith("LATIN")


def _upper(text: object) -> object:
    return text.upper() if isinstance(text, str) else text


Libelle = Annotated[str, StringConstraints(max_length=100), AfterValidator(_clean)]
Phrase = Annotated[str, StringConstraints(max_length=500), AfterValidator(_clean)]
Prenom = Annotated[Libelle, AfterValidator(_name)]
Nom = Annotated[Prenom, AfterValidator(str.upper)]  # capitals, accents kept
Prenoms = Annotated[tuple[Prenom, ...], Field(min_length=1, max_length=15)]
Insee = Annotated[str, StringConstraints(pattern=r"^(?:\d{5}|2[AB]\d{3})$")]  # 99xxx abroad
Pays = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]  # ISO 3166-1 alpha-3
Departement = Annotated[str, StringConstraints(pattern=r"^(?:\d{2}|2[AB]|9[78]\d)$")]
CodePostal = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9 -]{1,9}$")]
LigneAdresse = Annotated[
    str, StringConstraints(max_length=38), AfterValidator(_clean)
]  # NF Z10-011
Telephone = Annotated[str, StringConstraints(pattern=r"^\+?\d{6,15}$")]
Courriel = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[^@\s]{1,64}@[A-Za-z0-9.-]{1,189}$")
]
Predemande = Annotated[str, BeforeValidator(_upper), StringConstraints(pattern=r"^[A-Z0-9]{10}$")]
NumeroTimbre = Annotated[str, StringConstraints(pattern=r"^\d{16}$")]
Poste = Annotated[str, StringConstraints(pattern=r"^\d{2}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]  # SHA-256


class Formulaire(BaseModel):
    """A part of the form: strict and frozen. What was typed comes in by `of` or `from_json`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Self:
        """The form holding `values`; raises `InvalidField` naming every field that is wrong."""
        with _quietly(cls.__name__):
            return cls.model_validate(values)

    @classmethod
    def from_json(cls, raw: bytes | str) -> Self:
        """The form of a JSON object of at most 64 KiB; raises `InvalidField` as `of` does."""
        if len(raw) > _MAX_JSON:
            raise InvalidField(f"{cls.__name__.lower()}: form (too_long)")
        with _quietly(cls.__name__):
            return cls.model_validate_json(raw)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"  # the values are personal data

    __str__ = __repr__


@contextmanager
def _quietly(form: str) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        faults = ", ".join(map(_fault, error.errors(include_input=False, include_url=False)))
        raise InvalidField(f"{form.lower()}: {faults}") from None  # the cause quotes what was typed


def _fault(error: ErrorDetails) -> str:
    """`field (kind)`; the name of an unknown field is itself input, so it is not repeated."""
    if error["type"] == "extra_forbidden":
        return "unknown field"
    where = ".".join(map(str, error["loc"])) or "form"
    return f"{where} ({error['type']})"


class DatePartielle(Formulaire):
    """A date of the civil register: the day, or the day and the month, may be unknown."""

    annee: Annotated[int, Field(ge=1850, le=2200)]
    mois: Annotated[int, Field(ge=1, le=12)] | None = None
    jour: Annotated[int, Field(ge=1, le=31)] | None = None

    @model_validator(mode="after")
    def _exists(self) -> Self:
        if self.jour is not None and self.mois is None:
            raise PydanticCustomError("day_without_month", "day without month")
        try:
            self.au_plus_tard()
        except ValueError:
            raise PydanticCustomError("no_such_day", "no such day") from None
        return self

    def au_plus_tot(self) -> date:
        """The first day it can be."""
        return date(self.annee, self.mois or 1, self.jour or 1)

    def au_plus_tard(self) -> date:
        """The last day it can be: somebody of unknown birthday is taken for the younger."""
        if self.mois is None:
            return date(self.annee, 12, 31)
        if self.jour is None:
            first_of_next = date(self.annee + self.mois // 12, self.mois % 12 + 1, 1)
            return date.fromordinal(first_of_next.toordinal() - 1)
        return date(self.annee, self.mois, self.jour)

    def age(self, jour: date) -> int:
        """Full years on `jour`, never below 0."""
        birth = self.au_plus_tard()
        before = (jour.month, jour.day) < (birth.month, birth.day)
        return max(0, jour.year - birth.year - before)
