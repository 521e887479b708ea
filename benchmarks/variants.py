"""Variants of the sample articles with other names, so that a graph of any size can be built.

    python benchmarks/variants.py --count 3120 --out articles

Variant 0 of an article is the article itself. In every other variant, the characters that make up names of
companies, institutions, projects, persons and the like, and that occur nowhere else in the article, are
replaced by others. Texts thus keep their length, sentences and figures, places and central enterprises stay
the same, and the number of things grows with that of the articles, as in a real archive. The same seed gives
the same bytes. The texts are nonsense: they measure cost, never quality.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

SEEDS = Path(__file__).resolve().parent.parent / "seeds" / "articles"
# things of these types stay the same, in however many articles
_KEPT = ("AdministrativeDivision", "CentralEnterprise", "Industry", "Product", "Honor")
# characters that names are built around: without them, a company would no longer be one
_PROTECTED = frozenset(
    "公司集团有限股份责任控股企业项目工程基地中心园区新开发高技术产业经济示范试验保税港大学院研究所实验室医协商会"
    "银行局委办厅部政府党管理省市县镇乡村街道州旗国际全第一二三四五六七八九十年月日期届行动计划规划方案战略"
    "仪式论坛峰会签约启动开工厂站机场铁路公路高速地桥隧平台体系模式生态文化旅游创新创业孵化器书记主任长"
)
# the first level of GB 2312: the 3,755 characters in common use, in the order of their codes
_COMMON = tuple(
    bytes((high, low)).decode("gb2312")
    for high in range(0xB0, 0xD8)
    for low in range(0xA1, 0xFF)
    if (high, low) < (0xD7, 0xFA)
)


def table(entities: Iterable[Mapping[str, Any]], text: str, chance: random.Random) -> dict[int, str]:
    """Return the replacements of characters in an article, for `str.translate`.

    Args:
        entities: Each with `type`, `names` and, if it is linked to an authority table, `record`.
        text: The article's text.
        chance: Source of the random choices.
    """
    changed: set[str] = set()
    kept: set[str] = set()
    for entity in entities:
        stays = entity["type"] in _KEPT or entity.get("record")
        (kept if stays else changed).update(entity["names"])
    outside = text
    for name in sorted(changed, key=len, reverse=True):
        outside = outside.replace(name, "")
    fixed = {*outside, *_PROTECTED, *(c for name in kept for c in name)}
    letters = sorted({c for name in changed for c in name if "\u4e00" <= c <= "\u9fff"} - fixed)
    pool = [c for c in _COMMON if c not in fixed]
    return dict(zip(map(ord, letters), chance.sample(pool, min(len(letters), len(pool))), strict=False))


def documents(read: Iterable[Mapping[str, Any]], count: int, *, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield extractions, in the format of `kg extract`, and variants of them until there are enough.

    Args:
        read: Extractions of articles, at least one.
        count: Number to yield.
        seed: Seed of the replacements.
    """
    listed = [(document["doc"], json.dumps(document, ensure_ascii=False)) for document in read]
    for number in range(count):
        variant, at = divmod(number, len(listed))
        doc, form = listed[at]
        document = json.loads(form)
        if variant:
            chance = random.Random(f"{seed}/{variant}/{doc}")
            changes = table(document["entities"], document["text"], chance)
            # the keys of the JSON are ASCII, so that translating it changes only the values
            document = json.loads(form.translate(changes))
            document["doc"] = f"{doc}-{variant:04}"
        yield document


def texts(count: int, *, seed: int = 1, folder: Path = SEEDS) -> Iterator[tuple[str, str]]:
    """Yield identifiers and texts of articles of the sample corpus and of their variants.

    Args:
        count: Number to yield.
        seed: Seed of the replacements.
        folder: The articles, with their gold in `gold/`.
    """
    paths = sorted(folder.glob("*.txt"))
    for number in range(count):
        variant, at = divmod(number, len(paths))
        path = paths[at]
        text = path.read_text(encoding="utf-8")
        doc = path.stem
        if variant:
            gold = json.loads((folder / "gold" / f"{doc}.json").read_text(encoding="utf-8"))
            chance = random.Random(f"{seed}/{variant}/{doc}")
            text = text.translate(table(gold["entities"], text, chance))
            doc = f"{doc}-{variant:04}"
        yield doc, text


def write_texts(out: Path, count: int, *, seed: int = 1) -> None:
    """Write articles and variants as files into a folder, which is created."""
    out.mkdir(parents=True, exist_ok=True)
    for doc, text in texts(count, seed=seed):
        (out / f"{doc}.txt").write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    """Write articles into a folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    write_texts(options.out, options.count, seed=options.seed)


if __name__ == "__main__":
    main()
