"""Trained weights that rank the claims to a figure.

Takes `Claims` and returns, for each row, the probability that its entity owns the figure, or that nobody
does. A network reads the article (`kg.extract.context`), and words are weighted
(`kg.extract.figures.calling`). Boosted trees then combine the results of both with features such as where the
entity is named, and the scores of a figure's rows are normalised to sum to 1. A second look builds on the
first and adds what the first says about the surrounding figures (`kg.extract.figures.neighbours`).
The weights are learned in `kg.extract.figures.learning` and stored as plain arrays in NumPy's `.npz` format.

References:
    Wolpert: Stacked Generalization (Neural Networks 5, 1992): trees on top of the word weights.
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
from kg.extract.salience import KEPT
from kg.extract.trained import require
from kg.extract.trees import Forest, shares

MODEL = Path(__file__).resolve().parent.parent / "models" / "figures.npz"
SURE = 0.93
"""Probability of an owner given by matching lists of names and figures; counted on the training articles."""
_READ = 3  # columns from the network
_SALIENCE = 2 * len(KEPT)
_FINE, _MOST_RANK = 10, 6
WIDTH = first_columns.WIDTH + calling.COLUMNS + _READ + _SALIENCE
"""Number of columns of the first look; in the second look, those of the neighbours precede them."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The weights, and the calibration of the probabilities they give.

    Attributes:
        calling: The word weights.
        trees: The trees of the first look, over all columns.
        second: The trees of the second look, which add what the surrounding figures say.
        trust: Slope and offset that map the log odds of the trees to the log odds of being right.
        timing: The weights that decide when a figure holds.
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
            read: Probability of each row, from the network (`kg.extract.context`).
        """
        table = as_read(self.calling, claims, read)
        first = look_on(self.trees, table, claims, read)
        return _as_said(claims, look_on(self.second, beside(claims, first, table), claims, first))

    def confidence(self, odds: float) -> float:
        """Return how likely an owner of a given probability is to be right, to two decimals."""
        return confidence(odds, self.trust)


def as_read(words: Calling, claims: Claims, read: Doubles) -> Table:
    """Return the columns of the first look: those of the claims, words, network and salience.

    Args:
        words: The word weights.
        claims: The claims.
        read: Probability of each claim, from the network.
    """
    nobody = np.zeros(len(claims.words))
    np.add.at(nobody, claims.figure, read * (claims.type == first_columns.NOBODY))
    told = (
        _FINE * offset(read),
        np.minimum(rank(claims.figure, read), _MOST_RANK),
        _FINE * offset(nobody)[claims.figure],
        *(_FINE * np.log2(1 + value) for value in claims.salience.T),
        *(np.minimum(rank(claims.figure, value), _MOST_RANK) for value in claims.salience.T),
    )
    columns = np.stack([np.rint(column).astype(np.int32) for column in told], axis=1)
    return np.hstack((claims.table, words.columns(claims), columns))


def beside(claims: Claims, odds: Doubles, table: Table) -> Table:
    """Return the columns of the second look: those of the neighbouring figures and of the first look."""
    return np.hstack((neighbour_columns(claims, odds), table))


def offset(odds: Doubles) -> Doubles:
    """Return the logarithms of probabilities, to which the scores of the next look are added."""
    logs: Doubles = np.log(np.clip(odds, 1e-5, 1))
    return logs


def look_on(forest: Forest, seen: Table, claims: Claims, before: Doubles) -> Doubles:
    """Return the probability of each row from the scores of trees, added to what was known before."""
    return shares(offset(before) + forest.score(seen), claims.figure)


def _as_said(claims: Claims, odds: Doubles) -> Doubles:
    """Return the probabilities, adjusted where the text explicitly assigns a figure to an entity."""
    if not claims.said.any():
        return odds
    figure = claims.figure
    said = np.bincount(figure, claims.said)[figure] > 0
    others = 1 - np.bincount(figure, odds * claims.said)[figure]
    rest = (1 - SURE) * odds / np.maximum(others, 1e-9)
    return np.where(said, np.where(claims.said, SURE, rest), odds)


def confidence(odds: float, trust: tuple[float, float]) -> float:
    """Return a probability calibrated by slope and offset of its log odds, to two decimals.

    >>> confidence(0.5, (1.0, 0.0)), confidence(0.9, (0.5, 0.0))
    (0.5, 0.75)
    """
    safe = min(max(odds, 1e-6), 1 - 1e-6)
    logit = trust[0] * float(np.log(safe / (1 - safe))) + trust[1]
    return round(1 / (1 + float(np.exp(-logit))), 2)


_FOREST = ("column", "limit", "equal", "asked", "leaves")


def write_ranking(ranking: Ranking, path: Path) -> None:
    """Write weights to a file; the same weights give the same bytes."""
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
    """Return the weights stored in a file.

    Raises:
        KGError: The file is missing, is not a file of weights, or was made for other columns.
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
    """Return words as the bytes of one text, with one word per line."""
    return np.frombuffer("\n".join(words).encode("utf-8"), np.uint8)


def _words(listed: npt.NDArray[np.generic]) -> list[str]:
    text = listed.tobytes().decode("utf-8")
    return text.split("\n") if text else []


def _timing(arrays: Mapping[str, npt.NDArray[np.generic]]) -> Timing:
    weights = arrays["times.weights"].astype(float).tolist()
    return Timing(dict(zip(_words(arrays["times.words"]), weights, strict=True)))


def names(width: int) -> tuple[str, ...]:
    """Return names for `width` columns: their positions."""
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
