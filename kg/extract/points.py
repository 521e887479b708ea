"""Points for and against an entity as the subject of a figure, by feature of `kg.extract.subjects`.

In steps of a half: the coefficients of a conditional logistic regression over the development
articles (t01–t70), rounded and pruned by hand, with three entries set by hand alone. Where a
mention stands comes first, then whether its type owns such figures, then whether the text keeps
to the subject of the figure before.
A trained ranking can take the table's place: it needs the same features and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

_PLACE: Mapping[str, float] = {
    "around": 4.5,
    "led to": 3.0,
    "next behind": 1.5,
    "behind": 1.0,
    "behind, later clause": -2.5,
    "clauses 0": 1.0,
    "clauses 2": -0.5,
    "clauses 3": -1.0,
    "clauses 4": -1.0,
    "clauses 5": -0.5,
    "sentences 0": 1.0,
    "sentences 2": -1.0,
    "sentences 3": -0.5,
    "sentences 4": -1.0,
    "other paragraph": -1.0,
    "nearest Event": 0.5,
    "opens sentence": 0.5,
    "in a heading Location": 0.5,
    "sets the scene": 1.5,
    "event of the projects": 1.5,
    "event of the projects before": 0.5,
    "modifies a noun": -1.0,
    "stands for the whole": 0.5,
}
_COMPANY: Mapping[str, float] = {
    "listed": -2.5,
    "behind preposition": -2.0,
    "behind place preposition": -0.5,
    "before a name": -0.5,
    "before a name of its family": -0.5,
    "subject of clause": 0.5,
    "subject of clause Project": 0.5,
    "named as subject Location": 1.0,
    "named as subject Organization": -0.5,
    "named as subject Project": -0.5,
    "named as subject Product": -0.5,
    "named as subject Person": -1.0,
    "named most often": 0.5,
    "owns last figure of sentence": 0.5,
    "named since last figure": 0.5,
    "named since last figure Organization": 0.5,
}
_TYPE: Mapping[str, float] = {
    "AdministrativeDivision": 0.5,
    "DevelopmentZone": 0.5,
    "Place": 0.5,
    "Project": 1.0,
    "Company": 0.5,
    "CentralEnterprise": -0.5,
    "Institution": -0.5,
    "GovernmentBody": -1.0,
    "Event": 0.0,
    "Product": -0.5,
    "Initiative": -1.0,
    "Person": -1.0,
    "Honor": -1.0,
    "Industry": -1.5,
    "Document": -1.5,
}
# By domain of what is measured (seeds/authority/indicators.csv).
_MEASURES: Mapping[str, Mapping[str, float]] = {
    "project": {"Project": 1.0, "Event": 1.0, "Product": -1.5, "Initiative": -0.5, "Industry": -1.5,
                "Person": -0.5},
    "region": {"AdministrativeDivision": 1.0, "DevelopmentZone": 1.5, "Company": -0.5, "Place": -1.0,
               "GovernmentBody": -1.0, "Person": -0.5, "Project": 0.5},
    "company": {"Company": 1.5, "AdministrativeDivision": -0.5, "DevelopmentZone": -1.0, "Project": 0.5,
                "Industry": 0.5, "Place": 0.5, "Initiative": -0.5},
    "traffic": {"Place": 1.0, "Project": 1.0, "AdministrativeDivision": -2.0},
    "event": {"Event": 1.0, "Project": -0.5},
    "product": {"Product": 1.5, "DevelopmentZone": 0.5, "Event": -1.0},
    "anything": {"Event": -0.5, "Industry": -1.0, "Document": -0.5},
}  # fmt: skip
# By quantity kind of the unit (seeds/authority/units.csv).
_COUNTS: Mapping[str, Mapping[str, float]] = {
    "area": {"DevelopmentZone": 1.5, "Project": 0.5, "Company": -1.0, "Event": -1.0, "Product": -1.0,
             "Initiative": -1.0},
    "length": {"Product": 1.0, "Project": 0.5, "Company": -0.5},
    "mass": {"Project": 1.0, "Company": 1.0, "Place": 0.5, "Event": -0.5, "GovernmentBody": -0.5},
    "energy": {"Project": 1.0},
    "power": {"Project": 0.5, "Product": 0.5, "AdministrativeDivision": 0.5},
    "money": {"Event": 1.0, "Project": 0.5, "Place": -0.5, "Product": -0.5, "Industry": -1.0,
              "GovernmentBody": -0.5},
    "ratio": {"AdministrativeDivision": 0.5, "Event": -1.0, "Project": -0.5, "Product": -0.5, "Person": -1.0},
    "rank": {"AdministrativeDivision": 1.5, "Company": 0.5, "Place": 0.5, "Initiative": -1.0, "Honor": -1.0},
    "count": {"Product": -1.0, "Institution": -0.5, "Honor": -1.0, "Person": -1.0},
}  # fmt: skip
POINTS: Mapping[str, float] = {
    **_PLACE,
    **_COMPANY,
    **{f"type {kind}": points for kind, points in _TYPE.items()},
    **{f"type {kind} measures {field}": p for field, row in _MEASURES.items() for kind, p in row.items()},
    **{f"type {kind} counts {unit}": p for unit, row in _COUNTS.items() for kind, p in row.items()},
}
