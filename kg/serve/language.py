"""The two languages of the pages: choosing the one that a reader wants, and every phrase in both.

Takes a request and returns `zh` or `en`, and the phrases. `lang=` in the address takes precedence and is
remembered in a cookie; next comes the cookie, then the languages of the browser. The default is Chinese.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from starlette.requests import Request

LANGUAGES = ("zh", "en")
COOKIE = "lang"

# key: Chinese, English
_PHRASES: dict[str, tuple[str, str]] = {
    "site": ("区域发展知识图谱", "Regional development graph"),
    "skip": ("跳到正文", "Skip to content"),
    "search": ("查找", "Search"),
    "search_hint": ("名称、简称或拼音", "name, short name or pinyin"),
    "explorer": ("图谱", "Explorer"),
    "start": ("目录", "Contents"),
    "articles": ("文章", "Articles"),
    "sparql": ("SPARQL", "SPARQL"),
    "other_language": ("English", "中文"),
    "things": ("事物", "things"),
    "facts": ("事实", "facts"),
    "facts_about": ("事实", "Facts"),
    "figures": ("数据", "Figures"),
    "n_articles": ("篇文章", "articles"),
    "n_articles_1": ("篇文章", "article"),
    "n_figures": ("条数据", "figures"),
    "n_statements": ("处陈述", "statements"),
    "types": ("按类型浏览", "Browse by type"),
    "relations": ("关系", "Relations"),
    "questions": ("可以问的问题", "Questions to ask"),
    "ask": ("提问", "Ask"),
    "no_explorer": (
        "图谱浏览器尚未构建：在源码目录运行 make web 即可。其余页面不受影响。",
        "The explorer is not built: run make web in the source folder. All other pages work without it.",
    ),
    "also": ("又称", "Also called"),
    "code": ("代码", "Code"),
    "record": ("权威记录", "Authority record"),
    "identifier": ("标识", "Identifier"),
    "data": ("数据格式", "As data"),
    "said_in": ("见于", "Named in"),
    "sentences": ("原文", "In the articles"),
    "neighbourhood": ("关系图", "Neighbourhood"),
    "timeline": ("时间线", "Timeline"),
    "outgoing": ("由此出发", "from here"),
    "evidence": ("处出处", "sources"),
    "evidence_1": ("处出处", "source"),
    "its_source": ("出处", "source"),
    "more": ("其余 {} 条", "{} more"),
    "more_sentences": ("其余 {} 句", "{} more sentences"),
    "planned": ("计划", "planned"),
    "reported": ("据称", "reported"),
    "stated": ("陈述", "stated"),
    "confidence": ("置信度", "Confidence"),
    "amount": ("金额", "amount"),
    "date": ("日期", "date"),
    "title": ("职务", "post"),
    "indicator": ("指标", "Indicator"),
    "value": ("数值", "Value"),
    "period": ("时期", "Period"),
    "source": ("出处", "Source"),
    "status": ("状态", "Status"),
    "about": ("约", "about"),
    "min": ("至少", "at least"),
    "max": ("至多", "at most"),
    "published": ("发表", "Published"),
    "undated": ("日期不详", "undated"),
    "publisher": ("来源", "Publisher"),
    "in_this_article": ("文中的事物", "Named in this article"),
    "facts_of_article": ("文中的事实", "Facts in this article"),
    "subject": ("主体", "Subject"),
    "relation": ("关系", "Relation"),
    "object": ("客体", "Object"),
    "sentence": ("句", "Sentence"),
    "results_for": ("“{}”的查找结果", "Results for “{}”"),
    "nothing_found": (
        "没有找到。可以试试更短的名称、拼音或拼音首字母（如 tpw）。",
        "Nothing found. Try a shorter name, pinyin or its initials (such as tpw).",
    ),
    "n_results": ("{} 个结果", "{} results"),
    "most_results": ("显示前 {} 个", "the first {} are shown"),
    "matched": ("匹配", "matches"),
    "all_types": ("全部类型", "All types"),
    "page_n": ("第 {} 页，共 {} 页", "Page {} of {}"),
    "previous": ("上一页", "Previous"),
    "next": ("下一页", "Next"),
    "not_found": ("没有这个页面", "There is no such page"),
    "not_found_hint": (
        "图谱里没有这个事物或文章，它可能已改名或已被移除。",
        "The graph has no such thing or article; it may have been renamed or removed.",
    ),
    "refused": ("无法回答", "This cannot be answered"),
    "query": ("查询", "Query"),
    "run": ("运行", "Run"),
    "as_page": ("网页", "page"),
    "format": ("格式", "Form"),
    "n_rows": ("{} 行", "{} rows"),
    "n_triples": ("{} 条三元组", "{} triples"),
    "cut": ("结果已截断，只显示前 {} 行。", "The answer was cut off after {} rows."),
    "yes": ("是", "Yes"),
    "no": ("否", "No"),
    "editor": ("带自动补全的编辑器", "Editor with completion"),
    "query_note": (
        "只读的 SPARQL 1.1 端点；前缀 kg:、id:、rdf:、rdfs:、skos:、dcterms:、xsd: 已声明。",
        "Read-only SPARQL 1.1; the prefixes kg:, id:, rdf:, rdfs:, skos:, dcterms:, xsd: are known.",
    ),
    "draw": ("在图谱中查看", "Show in the explorer"),
    "links": ("个关系", "relations"),
    "links_1": ("个关系", "relation"),
    "chart_of": ("{}（{}）", "{} ({})"),
    "property": ("属性", "Property"),
    "shown_of": ("图中为 {} 个相邻事物中的 {} 个", "{1} of {0} neighbours are drawn"),
    "report_date": ("报道于", "reported on"),
}


def phrases(language: str) -> Mapping[str, str]:
    """Return all phrases in one language, by key."""
    return _BY_LANGUAGE[language]


_BY_LANGUAGE = {
    language: MappingProxyType({key: pair[number] for key, pair in _PHRASES.items()})
    for number, language in enumerate(LANGUAGES)
}


def wanted(request: Request) -> str:
    """Return the language for the page of a request: `zh` or `en`."""
    for asked in (request.query_params.get("lang", ""), request.cookies.get(COOKIE, "")):
        if asked in LANGUAGES:
            return asked
    return _preferred(request.headers.get("accept-language", ""))


def _preferred(header: str) -> str:
    best, likes = "zh", 0.0
    for part in header.split(","):
        tag, _, parameters = part.strip().partition(";")
        name, _, weight = parameters.strip().partition("=")
        try:
            quality = float(weight) if name.strip() == "q" else 1.0
        except ValueError:
            quality = 0.0
        language = tag.strip().lower().partition("-")[0]
        # among equals, the one that the browser lists first
        if language in LANGUAGES and quality > likes:
            best, likes = language, quality
    return best
