"""The title that an applicant holds, and what it still proves (décret 55-1397 art. 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, date
from typing import TYPE_CHECKING

from station.dossier.model import TypeTitreAncien

if TYPE_CHECKING:
    from station.dossier.champs import DatePartielle
    from station.rules.regles import Probant, Prolongation


@dataclass(frozen=True, slots=True)
class Detenu:
    """What is known of the title held: its type, the day of expiry printed on it."""

    type: TypeTitreAncien | None = None
    expire_le: date | None = None

    def probant(
        self, jour: date, naissance: DatePartielle | None, regles: dict[str, Probant]
    ) -> bool | None:
        """Whether it proves civil status and nationality on `jour`; None: not to be told yet."""
        return self._agreed([_proves(self, jour, naissance, rule) for rule in self._rules(regles)])

    def perime(
        self, jour: date, naissance: DatePartielle | None, regles: dict[str, Probant]
    ) -> bool | None:
        """Whether it has expired on `jour`; None: not to be told yet."""
        return self._agreed([_over(self, jour, naissance, rule) for rule in self._rules(regles)])

    def _rules(self, regles: dict[str, Probant]) -> list[Probant]:
        """Those it may fall under: all while its type is unknown."""
        return [rule for kind, rule in regles.items() if self.type in (None, kind)]

    def _agreed(self, answers: list[bool | None]) -> bool | None:
        """What all the rules say alike; a title that is none proves nothing."""
        if self.type is TypeTitreAncien.AUCUN:
            return False
        return answers[0] if answers and len(set(answers)) == 1 else None


def annees_apres(jour: date, ans: int) -> date:
    """The same day `ans` years later; 29 February becomes 1 March where there is none.

    What is beyond the calendar is its last day.
    """
    if jour.year + ans > MAXYEAR:
        return date.max
    try:
        return jour.replace(year=jour.year + ans)
    except ValueError:
        return date(jour.year + ans, 3, 1)


def _proves(
    held: Detenu, jour: date, naissance: DatePartielle | None, rule: Probant
) -> bool | None:
    if held.expire_le is None:
        return None
    answers = {
        jour < annees_apres(last, rule.perime_max_ans) for last in _lasts(held, naissance, rule)
    }
    return answers.pop() if len(answers) == 1 else None


def _over(held: Detenu, jour: date, naissance: DatePartielle | None, rule: Probant) -> bool | None:
    answers = {jour > last for last in _lasts(held, naissance, rule)}
    return answers.pop() if len(answers) == 1 else None


def _lasts(held: Detenu, naissance: DatePartielle | None, rule: Probant) -> list[date]:
    """The last day of validity; both, while it is unknown whether the title was prolonged."""
    if held.expire_le is None:
        return []
    longer = rule.prolongation
    if longer is None or not longer.du <= held.expire_le <= longer.au:
        return [held.expire_le]
    prolonged = annees_apres(held.expire_le, longer.ans)
    if naissance is None:
        return [held.expire_le, prolonged]
    return [prolonged if _old_enough(held.expire_le, naissance, longer) else held.expire_le]


def _old_enough(printed: date, naissance: DatePartielle, longer: Prolongation) -> bool:
    issued = annees_apres(printed, -longer.imprimee_ans)
    return naissance.age(issued) >= longer.age_min
