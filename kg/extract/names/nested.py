"""Names at the start of longer names: the enterprise in a project's name, the parent in a company's.

Examples are 国家电投 in 国家电投大连花园口海上风电项目, 中车 in 中车大连机车车辆有限公司, and 长春新区
in 长春新区管委会. The pairs of types were chosen on the train part of the corpus: a pair is included
if the inner name is an entity of its own in the gold more often than two times in five, as it
would otherwise cost more precision than it gains recall. That share is the confidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kg.extract.names.known import Matcher
from kg.model import Mention

READ = "nested:read"
"""`Mention.by` of a name inside another one that was read there and not derived from the outer one."""

DERIVED = "nested:derived"
"""`Mention.by` of a name inside another one that may be a further name of a thing but not the only one."""

# (type of the outer name, type of the known name at its start) → share of such inner names that are things
_KNOWN = {
    ("Project", "CentralEnterprise"): 0.85,
    ("Project", "Company"): 0.7,
    ("Project", "Institution"): 0.7,
    ("DevelopmentZone", "CentralEnterprise"): 0.6,
    ("Company", "CentralEnterprise"): 0.44,
}
_SEATED = re.compile(r".{2,}?(?:开发区|高新区|经开区|新区|保税区|示范区|合作区)(?=管委会|管理委员会|党工委)")
# type of the outer name, type of the inner one, pattern of the inner one, and the same share
_ENDING = (
    ("GovernmentBody", "DevelopmentZone", _SEATED, 0.75),
    ("Project", "Company", re.compile(r".{3,}?(?:有限责任公司|股份有限公司|有限公司|集团公司)(?=.{2})"), 0.5),
    ("Project", "Institution", re.compile(r".{2,}?(?:大学|学院|医院)(?=.{2})"), 0.6),
)  # fmt: skip
_OUTER = frozenset([outer for outer, _ in _KNOWN] + [outer for outer, *_ in _ENDING])


def find_nested(mentions: Iterable[Mention], normal: str, text: str, matcher: Matcher) -> Iterator[Mention]:
    """Yield the names that stand at the start of the given names.

    Args:
        mentions: Names found.
        normal: `Article.normal`.
        text: `Article.text`.
        matcher: Matcher with the forms of the authority.
    """
    for mention in mentions:
        if mention.type not in _OUTER:
            continue
        inner = normal[mention.start : mention.end]
        for start, end, form in matcher.occurrences(inner):
            records = matcher.authority.forms.get(form, ())
            share = (
                _KNOWN.get((mention.type, records[0].type))
                if records and start == 0 and end < len(inner)
                else None
            )
            if share:
                stop = mention.start + end
                yield Mention(
                    mention.start,
                    stop,
                    text[mention.start : stop],
                    records[0].type,
                    "nested:known",
                    share,
                    records[0].key,
                )
            break
        for outer, kind, pattern, share in _ENDING:
            found = pattern.match(inner) if mention.type == outer else None
            if found:
                stop = mention.start + found.end()
                yield Mention(mention.start, stop, text[mention.start : stop], kind, "nested:ending", share)
