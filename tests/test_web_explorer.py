"""The explorer in a real browser: headless Chromium against `kg serve` on a graph of hand-written articles.

Needs Chromium, the built bundle (`make web`) and the Python package playwright, which drives the installed
browser and does not bring its own. If one of them is missing, the reason for skipping says which.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kg

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = ROOT / "kg" / "serve" / "static" / "web" / "index.html"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# a software renderer for WebGL, and none of the browser's own errands
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
WAIT_MS = 60_000
ARTICLES = {
    "a1": """太平湾签约九个项目
本报大连2023年9月21日讯 太平湾合作创新区日前举行集中签约仪式，招商局集团与太平湾合作创新区签署合作协议。
太平湾合作创新区位于大连市。招商局集团投资50亿元建设太平湾风电产业园项目。
""",
    "a2": """太平湾产业加快发展
本报大连2024年3月5日讯 太平湾合作创新区大力发展氢能产业。招商局集团与大连市签署战略合作协议。
""",
}
HOSTILE = """<script>document.title="broken"</script>公司落户太平湾
本报大连2023年5月1日讯 大连市与“<img src=x onerror=alert(1)>”有限公司签署合作协议。
太平湾合作创新区位于大连市。
"""
EVIL = '<img src=x onerror="document.title=1"><script>document.title="broken"</script>\u202e"\'&公司'

POISONED = {"name", "label", "matched", "title", "indicator", "text", "quote", "names", "label_zh", "zh"}

if CHROMIUM is None:
    pytest.skip("Chromium is not installed: apt-get install chromium", allow_module_level=True)
if not BUNDLE.is_file():
    pytest.skip("the explorer is not built: make web", allow_module_level=True)
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is missing: pip install playwright")
Image = pytest.importorskip("PIL.Image", reason="pillow is missing: pip install pillow")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on a small graph."""
    folder = tmp_path_factory.mktemp("explorer")
    for doc, text in {**ARTICLES, "hostile": HOSTILE}.items():
        (folder / f"{doc}.txt").write_text(text, encoding="utf-8")
    kg.build(sorted(folder.glob("*.txt")), graph=folder / "graph", workers=1)
    command = [sys.executable, "-m", "kg", "serve", "--graph", str(folder / "graph"), "--port", "0"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, encoding="utf-8", env={**os.environ, "COLUMNS": "400"}
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if found := re.search(r"http://[\d.]+:\d+", line):
                break
        else:
            pytest.fail(f"kg serve ended with status {process.wait()} before it listened")
        yield found[0]
        process.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any, server: str) -> Iterator[Any]:
    """A page that fails the test when a script breaks, or anything asks another host or breaks the policy."""
    context = browser.new_context(base_url=server, locale="zh-CN", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("console", lambda message: faults.append(message.text) if "Policy" in message.text else None)
    own = (server, "data:", "blob:")
    page.on("request", lambda request: request.url.startswith(own) or faults.append(request.url))
    page.on("dialog", lambda dialog: (faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    yield page
    context.close()
    assert faults == []


def ready(page: Any, path: str) -> None:
    page.goto(path)
    page.wait_for_selector("body[data-ready]")


def ask(server: str, path: str) -> Any:
    with urllib.request.urlopen(server + path, timeout=60) as answer:
        return json.load(answer)


def iri_of(server: str, name: str) -> str:
    found = ask(server, f"/api/search?q={urllib.parse.quote(name)}")["results"][0]["id"]
    assert isinstance(found, str)
    return found


def test_from_a_name_to_the_sentence_and_the_article(page: Any) -> None:
    ready(page, "/")
    page.keyboard.press("/")
    page.keyboard.type("tpw")
    page.get_by_role("option", name="太平湾合作创新区").wait_for()
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    panel.get_by_role("heading", name="太平湾合作创新区", level=1).wait_for()
    assert "around=" in page.url
    row = panel.locator(".facts > li", has_text="招商局集团").first
    row.locator(".evidence").click()
    sentence = row.locator("blockquote").first
    assert "招商局集团与太平湾合作创新区签署合作协议" in sentence.inner_text()
    assert sentence.locator("mark").inner_text() in ARTICLES["a1"]
    row.locator("a.article").first.click()
    page.wait_for_url(re.compile(r"/article/a1\?lang=zh#s\d+$"))
    assert "集中签约仪式" in page.locator("body").inner_text()


def test_back_undoes_and_an_address_is_shared(page: Any, server: str) -> None:
    ready(page, "/")
    page.locator(".things .thing", has_text="大连市").first.click()
    page.get_by_role("heading", name="大连市", level=1).wait_for()
    page.get_by_role("button", name="以此为中心").click()
    page.wait_for_url(re.compile("around="))
    page.get_by_role("checkbox", name="合作").click()
    page.wait_for_url(re.compile("predicates="))
    shared = page.url
    page.go_back()
    page.go_back()
    page.wait_for_url(re.compile(r"\?selected="))
    page.go_back()
    page.get_by_role("heading", name="整个图谱").wait_for()
    ready(page, shared)
    page.get_by_role("heading", name="大连市", level=1).wait_for()
    assert not page.get_by_role("checkbox", name="合作").is_checked()
    assert page.get_by_role("checkbox", name="位于").is_checked()


def test_a_relation_by_its_address(page: Any, server: str) -> None:
    subject, object_ = iri_of(server, "招商局集团"), iri_of(server, "太平湾合作创新区")
    edge = urllib.parse.quote(f"{subject} cooperatesWith {object_}")
    ready(page, f"/?around={urllib.parse.quote(object_)}&edge={edge}")
    panel = page.locator("#panel")
    panel.locator(".triple", has_text="招商局集团").wait_for()
    assert "签署合作协议" in panel.locator("mark").first.inner_text()
    page.keyboard.press("Escape")
    page.get_by_role("heading", name="“太平湾合作创新区”周围").wait_for()


def test_dots_have_the_colours_of_the_legend_and_open_by_click(page: Any, server: str) -> None:
    zone = urllib.parse.quote(iri_of(server, "太平湾合作创新区"))
    ready(page, f"/?around={zone}&types=CentralEnterprise&predicates=cooperatesWith")
    page.wait_for_timeout(800)
    dot = colour_in_picture(page, (0x33, 0x22, 0x88))
    page.mouse.move(*dot)
    page.locator(".stage.pointing").wait_for()
    page.mouse.click(*dot)
    page.get_by_role("heading", name="招商局集团有限公司", level=1).wait_for()
    page.mouse.move(5, 5)
    page.wait_for_timeout(600)
    page.mouse.dblclick(*colour_in_picture(page, (0x33, 0x22, 0x88)))
    page.wait_for_url(re.compile("expand="))


def colour_in_picture(page: Any, colour: tuple[int, int, int]) -> tuple[float, float]:
    """Return the middle of all points of a colour in the picture, in pixels of the page."""
    box = page.locator(".stage").bounding_box()
    picture = Image.open(io.BytesIO(page.screenshot(clip=box))).convert("RGB")
    wide, high = picture.size
    found = [
        (x, y)
        for x in range(wide)
        for y in range(high)
        if picture.getpixel((x, y)) == colour and y < high - 140  # where the zoom buttons are not
    ]
    assert found, f"nothing in the picture has the colour {colour}"
    xs, ys = zip(*found, strict=True)
    return box["x"] + sum(xs) / len(xs), box["y"] + sum(ys) / len(ys)


def test_filters_tell_what_is_wrong_and_what_is_empty(page: Any) -> None:
    ready(page, "/")
    page.locator("#since").fill("2023-19")
    page.locator("#since").press("Tab")
    page.get_by_role("alert").filter(has_text="2023-09").wait_for()
    assert "since" not in page.url
    page.locator("#since").fill("2031")
    page.locator("#since").press("Tab")
    page.get_by_text("没有符合筛选条件的事物").wait_for()
    page.get_by_role("button", name="清除筛选").click()
    page.locator(".things .thing").first.wait_for()
    assert page.url.endswith("/")


def test_in_english(page: Any) -> None:
    ready(page, "/?types=DevelopmentZone,CentralEnterprise")
    page.locator("#language").click()
    page.wait_for_url(re.compile(r"/\?lang=en&types="))
    page.get_by_role("heading", name="The whole graph").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("checkbox", name="development zone").wait_for()
    page.get_by_role("link", name="Query").click()
    page.wait_for_selector("body.query[data-ready]")
    assert page.get_by_role("button", name="Run").is_enabled()


def test_a_question_is_run_and_changed(page: Any) -> None:
    ready(page, "/query")
    page.get_by_role("button", name="哪些中央企业与太平湾合作").click()
    table = page.locator("table.answer")
    table.locator("td", has_text="招商局集团").first.wait_for()
    assert "签署合作协议" in table.inner_text()
    page.locator("input[name=name]").fill("大连")
    page.locator("input[name=name]").press("Enter")
    table.locator("td", has_text="战略合作协议").first.wait_for()
    assert "question=central-partners-of-place" in page.url
    assert urllib.parse.quote("大连") in page.url
    page.reload()
    page.locator("table.answer td", has_text="战略合作协议").first.wait_for()


def test_a_query_of_ones_own_and_its_mistakes(page: Any) -> None:
    query = "SELECT ?name { ?x a kg:CentralEnterprise ; skos:prefLabel ?name }"
    ready(page, f"/query#query={urllib.parse.quote(query)}")
    page.locator("#run").click()
    page.locator("table.answer td", has_text="招商局集团").first.wait_for()
    ready(page, "/query#query=SELECT")
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.locator("#run").click()
    page.get_by_role("alert").filter(has_text="400").wait_for()
    assert "line 1" in page.locator("#answer").inner_text()


def test_hostile_names_are_shown_and_not_run(page: Any, server: str) -> None:
    """Every name, quote, sentence and title that the interface gives is replaced by a hostile one."""

    def poison(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: poison(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [poison(inner, key) for inner in value]
        if key in {
            "name",
            "label",
            "matched",
            "title",
            "indicator",
            "text",
            "quote",
            "names",
            "label_zh",
            "zh",
        }:
            return value if not isinstance(value, str) or value.isascii() else EVIL
        return "javascript:document.title='broken'" if key == "page" else value

    def answer(route: Any) -> None:
        response = route.fetch()
        route.fulfill(response=response, json=poison(response.json()))

    page.route(re.compile(r"/api/"), answer)
    zone = iri_of(server, "太平湾合作创新区")
    ready(page, f"/?around={urllib.parse.quote(zone)}&selected={urllib.parse.quote(zone)}")
    panel = page.locator("#panel")
    panel.get_by_role("heading", level=1).filter(has_text="<script>").wait_for()
    for toggle in panel.locator(".evidence").all():
        toggle.click()
    page.locator("#search").fill("太")
    page.get_by_role("option").first.wait_for()
    page.wait_for_timeout(300)
    assert page.locator("#panel img, #panel script, .search img, .filters img").count() == 0
    assert not page.locator("a[href^='javascript']").count()
    assert page.title() != "broken"
    page.goto("/query")
    page.wait_for_selector("body[data-ready]")
    page.locator(".questions button").first.click()
    page.wait_for_timeout(300)
    assert page.title() != "broken"
    assert page.locator(".questions img, .answer img").count() == 0


def test_a_hostile_article_does_no_harm(page: Any, server: str) -> None:
    city = urllib.parse.quote(iri_of(server, "大连市"))
    ready(page, f"/?selected={city}")
    page.locator("#panel a.article", has_text="<script>document.title").first.click()
    page.wait_for_url(re.compile("/article/hostile"))
    assert "<img src=x onerror=alert(1)>" in page.locator("body").inner_text()
    assert page.title() != "broken"
    assert page.locator("main img, main script").count() == 0


def test_a_server_that_is_gone_or_refuses_is_told(page: Any) -> None:
    page.route(re.compile("/api/graph"), lambda route: route.abort())
    page.goto("/")
    page.get_by_text("连不上服务器").wait_for()
    page.unroute(re.compile("/api/graph"))
    page.get_by_role("button", name="重试").click()
    page.wait_for_selector("body[data-ready]")
    page.goto("/?around=https://kg.example.org/id/nothing")
    page.get_by_text("404").wait_for()
    page.get_by_role("button", name="返回整个图谱").click()
    page.get_by_role("heading", name="整个图谱").wait_for()


def test_a_slow_server_is_waited_for(page: Any) -> None:
    def wait(route: Any) -> None:
        page.wait_for_timeout(6_000)
        route.continue_()

    page.route(re.compile("/api/stats"), wait)
    page.goto("/")
    page.get_by_text("仍在等待").wait_for()
    page.wait_for_selector("body[data-ready]")
