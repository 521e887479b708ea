"""Trained weights that rank the claims to a figure.

Goes in: `Claims`. Comes out: the probability of each row that its entity owns the figure, or that nobody
does. A network has read the article (`kg.extract.context`), words are weighed
(`kg.extract.figures.calling`); boosted trees then look at what these say together with where the entity is
named, and the scores of the rows of a figure become shares of one. A second look weighs on top of that what
the first says of the figures around (`kg.extract.figures.neighbours`).
Learning is `kg.extract.figures.learning`; the file is NumPy's `.npz`, plain arrays.

References:
    Wolpert: Stacked Generalization (Neural Networks 5, 1992): trees over what words say.
    Platt: Probabilistic Outputs for Support Vector Machines (1999): the confidence.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg.errors import KGError
from kg.extract.figures import calling
from kg.extract.figures import claims as first_columns
from kg.extract.figures.calling import Calling, Doubles
from kg.extract.figures.claims import Claims, Table
from kg.extract.figures.neighbours import COLUMNS as NEIGHBOURS
from kg.extract.figures.neighbours import neighbour_columns
from kg.extract.figures.reach import rank
from kg.extract.figures.times import Timing
from kg.extract.trained import require
from kg.extract.trees import Forest, shares

MODEL = Path(__file__).resolve().parent.parent / "models" / "figures.npz"
SURE = 0.93
"""Probability of an owner that the text tells by a list of names and one of figures; counted in training."""
_READ = 3  # columns of what the network says
_FINE, _MOST_RANK = 10, 6
WIDTH = first_columns.WIDTH + calling.COLUMNS + _READ
"""Columns that the trees of the first look see; the second sees those of the neighbours before them."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The weights, and how far their probability can be trusted.

    Attributes:
        calling: What words say.
        trees: What all columns together say.
        second: What more is told by the figures around.
        trust: Slope and offset of the log-odds of being right over those of the trees.
        timing: When a figure holds.
    """

    calling: Calling
    trees: Forest
    second: Forest
    trust: tuple[float, float]
    timing: Timing

    def odds(self, claims: Claims, read: Doubles) -> Doubles:
        """Return the probability of each row; those of a figure sum to 1.

        Args:
            claims: The rows.
            read: The probability of each by the network (`kg.extract.context`).
        """
        table = as_read(self.calling, claims, read)
        first = look_on(self.trees, table, claims, read)
        return _as_said(claims, look_on(self.second, beside(claims, first, table), claims, first))

    def confidence(self, odds: float) -> float:
        """Return how likely an owner of a given probability is right, to the hundredth."""
        return confidence(odds, self.trust)


def as_read(words: Calling, claims: Claims, read: Doubles) -> Table:
    """Return what the first look sees: the claims, what words say, and what the network says.

    Args:
        words: What words say.
        claims: The claims.
        read: The probability of each by the network.
    """
    nobody = np.zeros(len(claims.words))
    np.add.at(nobody, claims.figure, read * (claims.type == first_columns.NOBODY))
    told = (
        _FINE * offset(read),
        np.minimum(rank(claims.figure, read), _MOST_RANK),
        _FINE * offset(nobody)[claims.figure],
    )
    columns = np.stack([np.rint(column).astype(np.int32) for column in told], axis=1)
    return np.hstack((claims.table, words.columns(claims), columns))


def beside(claims: Claims, odds: Doubles, table: Table) -> Table:
    """Return what the second look sees: what the first says of the figures around, and what it saw itself."""
    return np.hstack((neighbour_columns(claims, odds), table))


def offset(odds: Doubles) -> Doubles:
    """Return probabilities of the first look as the log odds on which the second builds."""
    logs: Doubles = np.log(np.clip(odds, 1e-5, 1))
    return logs


def look_on(forest: Forest, seen: Table, claims: Claims, before: Doubles) -> Doubles:
    """Return the probability of each row by what trees see, on top of what was known before."""
    return shares(offset(before) + forest.score(seen), claims.figure)


def _as_said(claims: Claims, odds: Doubles) -> Doubles:
    """Return probabilities under which a figure that the text gives to an entity is that entity's."""
    if not claims.said.any():
        return odds
    figure = claims.figure
    said = np.bincount(figure, claims.said)[figure] > 0
    others = 1 - np.bincount(figure, odds * claims.said)[figure]
    rest = (1 - SURE) * odds / np.maximum(others, 1e-9)
    return np.where(said, np.where(claims.said, SURE, rest), odds)


def confidence(odds: float, trust: tuple[float, float]) -> float:
    """Return a probability put right by slope and offset of its log-odds, to the hundredth.

    >>> confidence(0.5, (1.0, 0.0)), confidence(0.9, (0.5, 0.0))
    (0.5, 0.75)
    """
    safe = min(max(odds, 1e-6), 1 - 1e-6)
    logit = trust[0] * float(np.log(safe / (1 - safe))) + trust[1]
    return round(1 / (1 + float(np.exp(-logit))), 2)


_FOREST = ("column", "limit", "equal", "asked", "leaves")


def write_ranking(ranking: Ranking, path: Path) -> None:
    """Write weights to a file, the same bytes for the same weights."""
    words, times = ranking.calling, ranking.timing.weights
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "trust": np.array(ranking.trust, np.float64),
        "vocabulary": _listed(sorted(words.vocabulary, key=words.vocabulary.__getitem__)),
        "kinds": words.kinds,
        "words": words.words.astype(np.float16),
        "beside": words.beside.astype(np.float16),
        "times.words": _listed(times),
        "times.weights": np.array(list(times.values()), np.float16),
    }
    for name, forest in (("trees", ranking.trees), ("second", ranking.second)):
        arrays |= {f"{name}.{key}": getattr(forest, key) for key in _FOREST}
        arrays[f"{name}.width"] = np.array([len(forest.names)])
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        np.savez_compressed(out, allow_pickle=False, **arrays)


@cache
def read_ranking(path: Path = MODEL) -> Ranking:
    """Return the weights of a file.

    Raises:
        KGError: The file is missing, is no file of weights, or was made for other columns.
    """
    require(path)
    try:
        with np.load(path, allow_pickle=False) as arrays:
            forest, second = _forest(arrays, "trees"), _forest(arrays, "second")
            words = _calling(arrays)
            timing = _timing(arrays)
            trust = arrays["trust"].tolist()
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise KGError(f"no file of weights: {error}", file=path.name) from error
    for trees, width in ((forest, WIDTH), (second, NEIGHBOURS + WIDTH)):
        if len(trees.names) != width:
            raise KGError(
                f"weights for {len(trees.names)} columns; this version of kg has {width}: train them again",
                file=path.name,
            )
    return Ranking(words, forest, second, (trust[0], trust[1]), timing)


def _listed(words: Iterable[str]) -> npt.NDArray[np.uint8]:
    """Return words as the bytes of one text, a line each."""
    return np.frombuffer("\n".join(words).encode("utf-8"), np.uint8)


def _words(listed: npt.NDArray[np.generic]) -> list[str]:
    text = listed.tobytes().decode("utf-8")
    return text.split("\n") if text else []


def _timing(arrays: Mapping[str, npt.NDArray[np.generic]]) -> Timing:
    weights = arrays["times.weights"].astype(float).tolist()
    return Timing(dict(zip(_words(arrays["times.words"]), weights, strict=True)))


def names(width: int) -> tuple[str, ...]:
    """Return names for so many columns: their places."""
    return tuple(str(place) for place in range(width))


def _forest(arrays: Mapping[str, npt.NDArray[np.generic]], name: str) -> Forest:
    column, limit, equal, asked, leaves = (arrays[f"{name}.{key}"] for key in _FOREST)
    return Forest(
        names(int(arrays[f"{name}.width"][0])),
        column.astype(np.int64),
        limit.astype(np.int32),
        equal.astype(np.bool_),
        asked.astype(np.int64),
        leaves.astype(np.float32),
        0.0,
    )


def _calling(arrays: Mapping[str, npt.NDArray[np.generic]]) -> Calling:
    return Calling(
        {word: row for row, word in enumerate(_words(arrays["vocabulary"]))},
        arrays["kinds"].astype(np.int64),
        arrays["words"].astype(np.float32),
        arrays["beside"].astype(np.float32),
    )
