"""From bytes to text: detect the encoding of a file, and reject files that are not text.

The bytes of a file are decoded into characters, with line ends normalised to `\\n`. What the
characters mean, markup and layout are handled elsewhere.

The order of checks is: known binary formats (rejected by name), byte order marks, strict UTF-8, the
encodings of Chinese files without a mark (GB18030, Big5, UTF-16), of which the one that yields the
most everyday characters wins, and finally charset-normalizer. As a rule, Chinese text also decodes in
a wrong encoding, but into rare characters; counting everyday characters tells the two apart.

Invisible characters (controls, lone surrogates, non-characters, zero-width and direction marks) are
each replaced by U+200A HAIR SPACE in `veil`. Lengths and offsets stay the same, and as white space
they are dropped from an article's text without splitting the word that contains them.
"""

from __future__ import annotations

import re
from functools import cache

from kg.errors import ReadError

VEIL = "\u200a"

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\ufff0-\ufffb\ufffe\uffff]"
    "|[\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U000e0000-\U000e0fff\U0010fffe\U0010ffff]"
)
_BINARY: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or Office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (.doc, .xls); save it as .docx"),
    (b"{\\rtf", "an RTF document; save it as .docx"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"RIFF", "a RIFF media file"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
)
_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_UNMARKED = ("gb18030", "big5", "big5hkscs", "utf-16-le", "utf-16-be")
# Everyday characters of Chinese news in both scripts, with punctuation.
_EVERYDAY = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种"
    "面而方后多定行学法"
    "所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还"
    "因由其些然前外天政"
    "四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建"
    "月公无系军很情者最"
    "立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将"
    "组见计别她手角期根"
    "论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争"
    "济阶油思术极交受联"
    "认六共权收证改清美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才"
    "科张信马节话米整空"
    "市省县镇村记者讯企项投亿元园港创推镇委府服营展集团签约"
    "這個國來時們說產種後學經進著電裡現實動業開還義間樣與關線內數變條沒結問題無軍將組見計別論運農指幾區強"
    "決戰回處隊門導"
    "壓爭濟階術極聯認權證轉單風務達議聲報類離華確張馬節話億園創鎮記訊企項團簽約發會對於為過應從點體長總業東車"
    "，。、“”：；（）《》「」！？０１２３４５６７８９%0123456789\n "
)
_LEAST = 0.25


def decode(data: bytes, *, file: object | None = None) -> str:
    """Return the characters of a text file, with line ends `\\n` and without a byte order mark.

    Args:
        data: The whole file.
        file: The file to name in errors.

    Raises:
        ReadError: The file is empty or binary, or no encoding fits.

    >>> decode("大连市".encode("gb18030")), decode("大連市的工業發展".encode("big5"))
    ('大连市', '大連市的工業發展')
    """
    kind = binary_kind(data)
    if kind:
        raise ReadError(f"is {kind}, not a text", file=file)
    if not data.strip():
        raise ReadError("is empty", file=file)
    text = _marked(data, file)
    if text is None:
        text = _unmarked(data, file)
    if not text.strip():
        raise ReadError("is empty", file=file)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def binary_kind(data: bytes) -> str:
    """Return a description of the known binary format of the bytes, or an empty string.

    >>> binary_kind(b"PK\\x03\\x04...")
    'a ZIP archive or Office document'
    """
    if data[:4] == b"RIFF" and data[8:12] not in (b"WEBP", b"WAVE", b"AVI "):
        return ""
    return next((kind for mark, kind in _BINARY if data.startswith(mark)), "")


def veil(text: str) -> str:
    """Return the text, at the same length, with each invisible character replaced by U+200A.

    >>> veil("太\\x00平\\ufeff湾") == "太\\u200a平\\u200a湾"
    True
    """
    return _UNSEEN.sub(VEIL, text)


def everyday_share(text: str) -> float:
    """Return the share (0 to 1) of everyday characters in the first 20,000 characters of a text."""
    head = text[:20_000]
    return sum(c in _EVERYDAY for c in head) / len(head) if head else 0.0


def _marked(data: bytes, file: object | None) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                place = f"byte {error.start + len(mark)}"
                raise ReadError(f"is marked as {encoding} but breaks it", file=file, place=place) from error
    return None


def _unmarked(data: bytes, file: object | None) -> str:
    holds_nul = b"\0" in data
    broken = 0
    if not holds_nul:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            broken = error.start
    scored = []
    for rank, encoding in enumerate(_UNMARKED):
        if holds_nul and not encoding.startswith("utf-16"):
            continue
        text = _strict(data, encoding)
        if text is not None and "\0" not in text:
            scored.append((everyday_share(text), -rank, text))
    if scored:
        share, _, text = max(scored)
        if share >= _LEAST:
            return text
    if holds_nul:
        raise ReadError("is binary (holds NUL bytes), not a text", file=file)
    guess = _guessed(data)
    if guess is None:
        raise ReadError(
            "is in no known encoding",
            file=file,
            place=f"byte {broken}",
            valid=("UTF-8", "GB18030", "Big5", "UTF-16"),
        )
    return guess


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _guessed(data: bytes) -> str | None:
    best = _charset_normalizer()(data).best()
    return None if best is None else str(best)


@cache
def _charset_normalizer():  # type: ignore[no-untyped-def]
    from charset_normalizer import from_bytes

    return from_bytes
