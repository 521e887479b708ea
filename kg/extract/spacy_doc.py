"""An article as a spaCy `Doc`, read by a spaCy pipeline: the only module that uses spaCy.

The `Doc` has one token per character of `Article.normal`, so that every name is a span of
whole tokens, however a segmenter would split it. The components are the steps of
`kg.extract.pipeline`. What they find is kept in `doc._.reading`; the names are also available as
`doc.spans["names"]` for spaCy's own tools (displaCy, matchers).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from kg.authority import Authority
from kg.extract.pipeline import SHIPPED, STEPS, Models, Reading, matcher_of, steps_without
from kg.model import Article, by_place


class _Characters:
    """Tokenizer with one token per character."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        return Doc(self.vocab, words=list(text), spaces=[False] * len(text))


def _component(step: Callable[[Reading], None]) -> Callable[[Doc], Doc]:
    def run(doc: Doc) -> Doc:
        step(doc._.reading)
        return doc

    return run


@cache
def pipeline() -> Language:
    """Return the spaCy pipeline, which is assembled once per process."""
    if not Doc.has_extension("reading"):
        Doc.set_extension("reading", default=None)
    nlp = spacy.blank("zh")
    nlp.tokenizer = _Characters(nlp.vocab)
    for name, step in STEPS:
        Language.component(name, func=_component(step))
        nlp.add_pipe(name)
    return nlp


def read_doc(
    article: Article,
    authority: Authority | None = None,
    *,
    without: Collection[str] = (),
    models: Models = SHIPPED,
) -> Doc:
    """Return the spaCy document of an article with `doc._.reading` and `doc.spans["names"]` filled.

    Args:
        article: Article from `kg.text`.
        authority: Tables of known things; the package's own if None.
        without: Names of the `STEPS` to leave out, e.g. `kg_tagged_names` to use the rules alone.
        models: Trained models; by default those shipped with the package.

    Raises:
        ValueError: As for `kg.extract.pipeline.steps_without`.
    """
    nlp = pipeline()
    doc = nlp.make_doc(article.normal)
    doc._.reading = Reading(article, matcher_of(authority), models)
    for name in steps_without(without):
        doc = nlp.get_pipe(name)(doc)
    doc.spans["names"] = [
        Span(doc, mention.start, mention.end, label=mention.type)
        for mention in sorted((m for e in doc._.reading.entities for m in e.mentions), key=by_place)
    ]
    return doc
