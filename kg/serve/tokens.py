"""The form of a SPARQL request, determined from its tokens and not by searching for strings in it.

Takes the text of a request and returns its form (SELECT, ASK, CONSTRUCT, DESCRIBE); an update or a call to
another server (SERVICE) is refused. The text is split into tokens by the rules of SPARQL 1.1 (section 19.8),
so that nothing in comments, strings, IRIs, names and variables is taken for a keyword. Whether the query is
otherwise valid is left to the store.

The store does not require a keyword to end at a word boundary (`trueSERVICE<…>` is two tokens to it), and
reads `<` after an operand as a comparison. A word therefore counts as SERVICE if it contains it, and in a
text that contains the word anywhere, it must be clear what is an IRI.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.errors import QueryError

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH")

# Possessive quantifiers, so that the time is proportional to the length of the text.
_TOKEN = re.compile(
    r"""
    (?P<space>[\x20\t\r\n]++|\#[^\r\n]*+)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)
  | (?P<string>'''(?:'{0,2}(?:[^'\\]|\\.))*+'''|\"{3}(?:"{0,2}(?:[^"\\]|\\.))*+\"{3}
      |'(?:[^'\\\r\n]|\\.)*+'|"(?:[^"\\\r\n]|\\.)*+")
  | (?P<variable>[?$]\w++)
  | (?P<tag>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
  | (?P<prefixed>(?P<prefix>(?:\w[\w.·-]*+)?):
      (?P<local>(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\.)(?:[\w:.·-]|%[0-9A-Fa-f]{2}|\\.)*+)?))
  | (?P<words>\w[\w.·-]*+)
  | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_OPERANDS = ("iri", "string", "variable", "tag", "prefixed", "words")


class RefusedError(QueryError):
    """A request that could be run but is not allowed here: an update, or a call to another server."""


def form(text: str) -> str:
    """Return which of the four forms a query has.

    >>> form("PREFIX select: <http://example.org/ask> describe ?x # SERVICE")
    'DESCRIBE'

    Raises:
        RefusedError: It is an update, or it calls another server.
        QueryError: It has none of the four forms, or a string is not closed.
    """
    found = _form(text)
    plain = _ESCAPE.sub(_character, text)
    if "service" in plain.lower():
        _check_alone(text)
        # character escapes are resolved before anything else (SPARQL 1.1, section 19.2)
        _check_alone(plain)
    return found


def _form(text: str) -> str:
    for token in _tokens(text):
        if token.lastgroup != "words":
            continue
        for word in re.split("[.·-]", token[0].upper()):
            if word in FORMS:
                return word
            if word in UPDATES:
                reason = f"{word} is not allowed: this endpoint only answers questions"
                raise RefusedError(reason, place=_place(text, token.start()), valid=FORMS)
    raise QueryError("the query has no form", valid=FORMS)


def _check_alone(text: str) -> None:
    depth, last = 0, ""
    for token in _tokens(text):
        kind, said = str(token.lastgroup), token[0]
        if kind == "space":
            continue
        if kind == "words" or kind == "prefixed":
            outside = said if kind == "words" else f"{token['prefix']}"
            # a parser that does not take the longest possible name may read a dot as the end of a triple
            after_dots = (token["local"] or "").partition(".")[2]
            if "service" in outside.lower() or "service" in after_dots.lower():
                reason = "SERVICE is not allowed: this endpoint asks no other server"
                raise RefusedError(reason, place=_place(text, token.start()))
        elif kind == "iri" and ("'" in said or ("#" in said and depth and last in _OPERANDS)):
            reason = "it cannot be told whether < begins an IRI or compares: write a prefixed name or a space"
            raise QueryError(reason, place=_place(text, token.start()))
        if kind == "mark":
            depth += {"(": 1, ")": -1}.get(said, 0)
        last = "words" if said == ")" else kind


def _tokens(text: str) -> Iterator[re.Match[str]]:
    for token in _TOKEN.finditer(text):
        # outside strings and comments, a quotation mark can only begin an unclosed string
        if token.lastgroup == "mark" and token[0] in "'\"":
            raise QueryError("a string is not closed", place=_place(text, token.start()))
        yield token


def _place(text: str, at: int) -> str:
    line = text.count("\n", 0, at) + 1
    return f"line {line}, column {at - (text.rfind(chr(10), 0, at) + 1) + 1}"


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"
