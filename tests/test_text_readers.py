"""Reading files: every format, every encoding, and every way in which a file can fail to be an article."""

from __future__ import annotations

import io
import json
import os
import sys
import zipfile
from pathlib import Path

import pytest

from kg.errors import MissingExtraError, ReadError
from kg.text import readers
from kg.text.encoding import decode
from kg.text.formats import strip_markdown
from kg.text.readers import find_sources, read_article, read_source

TEXT = """月亮湾项目集中签约

本报记者 王宁

2023年9月21日，云港市举行月亮湾项目签约仪式，总投资45.6亿元。

园区负责人介绍，项目将于明年建成。
"""
TRADITIONAL = """月亮灣項目集中簽約

本報記者 王寧

雲港市舉行月亮灣項目簽約儀式，總投資四十五億元，產業園區發展迅速。
"""


def write(folder: Path, name: str, content: str | bytes = TEXT) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def docx_bytes(*lines: str) -> bytes:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "固定资产投资", "45.6亿元"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def pdf_bytes(*lines: str, password: str = "") -> bytes:
    pytest.importorskip("reportlab")
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream, encrypt=StandardEncryption(password) if password else None)
    canvas.setFont("STSong-Light", 12)
    for number, line in enumerate(lines):
        canvas.drawString(60, 780 - 22 * number, line)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("size", [12, 60, None])
def test_encodings_round_trip(encoding: str, size: int | None) -> None:
    text = TEXT[:size].strip()
    assert decode(text.encode(encoding)) == text


def test_utf16_with_marks_and_big5() -> None:
    assert decode(b"\xfe\xff" + TEXT.encode("utf-16-be")) == TEXT
    assert decode(TRADITIONAL.encode("big5")) == TRADITIONAL
    assert decode(TEXT.replace("\n", "\r\n").encode()) == TEXT


def test_text_file(tmp_path: Path) -> None:
    article = read_article(write(tmp_path, "a.txt"))
    assert (article.doc, article.title, article.date) == ("a", "月亮湾项目集中签约", "2023-09")
    assert article.parts[0].authors == ("王宁",)
    assert article.source == str(tmp_path / "a.txt")
    assert len(article.digest) == 64


def test_same_article_whatever_the_encoding(tmp_path: Path) -> None:
    texts = {
        read_article(write(tmp_path, f"{e}.txt", TEXT.encode(e))).text for e in ("utf-8", "gb18030", "utf-16")
    }
    assert len(texts) == 1


def test_traditional(tmp_path: Path) -> None:
    article = read_article(write(tmp_path, "a.txt", TRADITIONAL.encode("big5")))
    assert article.script == "Hant"
    assert article.title == "月亮灣項目集中簽約"
    assert article.normal.startswith("月亮湾项目集中签约")
    assert len(article.normal) == len(article.text)


def test_markdown_offsets_are_those_of_the_file(tmp_path: Path) -> None:
    source = "---\ntitle: 月亮湾项目集中签约\ndate: 2023-09-22\n---\n# 月亮湾项目集中签约\n\n"
    source += "云港市举行[月亮湾](http://a.b/c)项目**签约**仪式。\n\n- 港口\n"
    article = read_article(write(tmp_path, "a.md", source))
    assert "云港市举行月亮湾项目签约仪式。" in article.text
    assert (article.title, article.date, article.date_source) == (
        "月亮湾项目集中签约",
        "2023-09-22",
        "metadata",
    )
    at = article.text.index("签约仪式")
    assert source[article.places[at]] == "签"
    assert "http" not in article.text
    assert "#" not in article.text


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("## 小标题 ##", "小标题 "),
        ("> 引文", "引文"),
        ("*重点* 和 __更重__ 和 `码`", "重点 和 更重 和 码"),
        ("![图](a.png)字", "字"),
        ("3 * 4 * 5 = 60", "3 * 4 * 5 = 60"),
        ("snake_case_name", "snake_case_name"),
        ("* * *", ""),
    ],
)
def test_markdown_markup(marked: str, plain: str) -> None:
    stripped = strip_markdown(marked)
    assert len(stripped) == len(marked)
    assert stripped.replace("\u200a", "") == plain


def test_html(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    body = "".join(f"<p>{line}</p>" for line in TEXT.split("\n") if line) * 2
    page = (
        '<html><head><meta charset="gb2312"><title>月亮湾项目集中签约</title>'
        '<meta property="article:published_time" content="2023-09-22"></head>'
        "<body><nav><a href=/>首页</a></nav><article><h1>月亮湾项目集中签约</h1>"
        f"{body}</article><footer>版权所有</footer></body></html>"
    )
    article = read_article(write(tmp_path, "a.html", page.encode("gb18030")))
    assert article.title == "月亮湾项目集中签约"
    assert article.date == "2023-09-22"
    assert "总投资45.6亿元" in article.text
    assert "版权所有" not in article.text


def test_docx(tmp_path: Path) -> None:
    article = read_article(write(tmp_path, "a.docx", docx_bytes(*TEXT.split("\n"))))
    assert article.title == "月亮湾项目集中签约"
    assert "固定资产投资\t45.6亿元" in article.text


def test_pdf(tmp_path: Path) -> None:
    article = read_article(write(tmp_path, "a.pdf", pdf_bytes(*[line for line in TEXT.split("\n") if line])))
    assert article.title == "月亮湾项目集中签约"
    assert "总投资45.6亿元" in article.text


def test_jsonl(tmp_path: Path) -> None:
    rows = [
        {
            "id": "云港-1",
            "text": TEXT,
            "title": "月亮湾项目集中签约",
            "date": "2023/9/22",
            "author": "李小雨",
            "publisher": "云港日报",
        },
        {"text": TEXT},
        {"doc": 7, "text": TEXT, "date": 20230923},
        {"id": "云港-1", "text": TEXT},
    ]
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows[:2]) + "\n\n"
    lines += "\n".join(json.dumps(row, ensure_ascii=False) for row in rows[2:])
    sources = find_sources([write(tmp_path, "a.jsonl", lines)])
    assert [(s.doc, s.line) for s in sources] == [("云港-1", 1), ("a-2", 2), ("7", 4), ("云港-1-5", 5)]
    articles = [read_source(source) for source in sources]
    assert [a.date for a in articles] == ["2023-09-22", "2023-09", "2023-09-23", "2023-09"]
    assert articles[0].parts[0].publisher == "云港日报"
    assert articles[0].parts[0].authors == ("王宁",)
    assert articles[2].source.endswith("a.jsonl, line 4")
    with pytest.raises(ReadError, match="holds 4 articles"):
        read_article(tmp_path / "a.jsonl")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 2: is no JSON"),
        ("[1]", "line 2: is no JSON object"),
        ('{"title": "x"}', 'line 2: lacks the key "text"'),
        ('{"text": 5}', "is no string"),
        ('{"text": ""}', "is empty"),
        ('{"text": "English only, no Han."}', "not Chinese"),
        ('{"text": "月亮湾", "date": "soon"}', "is no date"),
        ('{"text": "月亮湾", "title": ["x"]}', "is no string"),
    ],
)
def test_bad_jsonl_line(tmp_path: Path, line: str, reason: str) -> None:
    path = write(tmp_path, "a.jsonl", json.dumps({"text": TEXT}) + "\n" + line + "\n")
    good, bad = find_sources([path])
    assert read_source(good).title
    with pytest.raises(ReadError, match=reason) as caught:
        read_source(bad)
    assert "\n" not in str(caught.value)


def test_folder(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a.md",
        "sub/c.txt",
        ".hidden.txt",
        ".git/d.txt",
        "gold/e.txt",
        "f.json",
        "g.xyz",
        "~$h.docx",
        "sub/I.TXT",
    ):
        write(tmp_path, name)
    assert [s.doc for s in find_sources([tmp_path])] == ["a", "b", "I", "c"]


def test_clashing_stems_get_paths_whatever_the_order(tmp_path: Path) -> None:
    for name in ("x/a.txt", "y/a.txt", "y/b.txt", "x/c.txt", "x/c.md"):
        write(tmp_path, name)
    forward = find_sources([tmp_path / "x", tmp_path / "y"])
    assert {s.doc for s in forward} == {"x/a.txt", "y/a.txt", "b", "c.txt", "c.md"}
    assert forward == find_sources([tmp_path / "y", tmp_path / "x", tmp_path / "x" / "a.txt"])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\t\n ", "is empty"),
        ("a.txt", b"\xef\xbb\xbf", "is empty"),
        ("a.txt", b"\x89PNG\r\n\x1a\n0000", "is a PNG image"),
        ("a.txt", b"PK\x03\x04aaaa", "ZIP archive"),
        ("a.txt", b"%PDF-1.4 aaa", "PDF"),
        ("a.txt", "月亮湾".encode() + b"\0\0\0\1\2\3" * 5, "binary"),
        ("a.txt", bytes(range(128, 256)) * 3, "encoding|not Chinese"),
        ("a.txt", b"\xff\xfea", "breaks it"),
        ("a.txt", b"This article is in English and says nothing in Chinese.", "not Chinese: 0%"),
        ("a.txt", "これは日本語の記事であり、中国語ではありません。".encode(), "Japanese"),
        ("a.xyz", TEXT.encode(), "unknown ending"),
        ("a.json", b"{}", "annotation file"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "unknown ending"),
        ("a.docx", b"PK\x03\x04broken", "no Word file"),
        ("a.docx", TEXT.encode(), "no Word file"),
        ("a.pdf", TEXT.encode(), "no PDF"),
        ("a.pdf", b"%PDF-1.4\nbroken", "damaged PDF"),
        ("a.html", b"<html><body><form><input></form></body></html>", "no article"),
        ("a.jsonl", b"\n\n", "is empty"),
    ],
)
def test_bad_files(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = write(tmp_path, name, content)
    with pytest.raises(ReadError, match=reason) as caught:
        read_article(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message


def test_missing_empty_folder_and_folder_as_file(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="does not exist"):
        read_article(tmp_path / "none.txt")
    with pytest.raises(ReadError, match="holds no articles"):
        find_sources([tmp_path])
    with pytest.raises(ReadError, match="is a folder"):
        read_article(tmp_path)
    with pytest.raises(ReadError, match="no ordinary file"):
        find_sources([os.devnull])


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MAX_BYTES", 100)
    with pytest.raises(ReadError, match="the limit is"):
        read_article(write(tmp_path, "a.txt"))


def test_unreadable(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user reads everything")
    with pytest.raises(ReadError, match="cannot be read"):
        read_article(path)


def test_encrypted_and_scanned_pdf(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="encrypted"):
        read_article(write(tmp_path, "a.pdf", pdf_bytes("月亮湾项目", password="secret")))
    with pytest.raises(ReadError, match="scanned"):
        read_article(write(tmp_path, "b.pdf", pdf_bytes()))


def test_hostile_word_files(tmp_path: Path) -> None:
    def package(member: str) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
            out.writestr("word/document.xml", member)
        return stream.getvalue()

    entities = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
    with pytest.raises(ReadError, match="XML entities"):
        read_article(write(tmp_path, "a.docx", package(entities)))
    with pytest.raises(ReadError, match="unpacks to over"):
        read_article(write(tmp_path, "b.docx", package(" " * 100_000_001)))


def test_missing_extra_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    with pytest.raises(MissingExtraError, match=r'pip install "kg-regional\[docs\]"'):
        read_article(write(tmp_path, "a.pdf", b"%PDF-1.4"))


@pytest.mark.parametrize(
    "name", ["2023-09-25_签约.txt", "云港日报20230925.txt", "20230925/第1版.txt", "2023年9月25日.txt"]
)
def test_date_in_the_name_wins(tmp_path: Path, name: str) -> None:
    article = read_article(write(tmp_path, name))
    assert (article.date, article.date_source) == ("2023-09-25", "file name")
