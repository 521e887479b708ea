"""Domain and range of the predicates, as the annotation contract has them."""

from __future__ import annotations

from kg.model import FAMILY_OF

_DOERS = ("Organization", "Location")
_RANGES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "locatedIn": ((), ("Location",)),
    "subsidiaryOf": (("Organization",), ("Organization",)),
    "cooperatesWith": (_DOERS, _DOERS),
    "investsIn": (_DOERS, ("Project", "Location", "Organization")),
    "implements": (_DOERS, ("Project", "Location")),
    "launches": (_DOERS, ("Initiative",)),
    "organizes": (_DOERS, ("Event",)),
    "participatesIn": (("Organization", "Person", "Location", "Project"), ("Event", "Initiative")),
    "holdsPositionAt": (("Person",), _DOERS),
    "receives": ((), ("Honor",)),
    "hasIndustry": (("Organization", "Location", "Project"), ("Industry",)),
    "produces": (_DOERS, ("Product",)),
    "partOf": (("Project", "Initiative", "Event"), ("Project", "Initiative", "Event")),
}


def allows(predicate: str, subject_type: str, object_type: str) -> bool:
    """Say whether a predicate may join things of two types.

    >>> allows("holdsPositionAt", "Person", "Company"), allows("produces", "Company", "Event")
    (True, False)
    """
    subjects, objects = _RANGES[predicate]
    return (not subjects or FAMILY_OF[subject_type] in subjects) and FAMILY_OF[object_type] in objects
