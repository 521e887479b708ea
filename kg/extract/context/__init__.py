"""What a network makes of an article with its things marked, for relations and for the owners of figures.

`sheets` lays the article out, `network` reads it (its steps are those of `tape`), `learning` teaches it
from the annotated articles of `lessons`; `training` is the command. What is made of its answers is for
`kg.extract.relations.opinion` and `kg.extract.figures.ranking`.
"""

from kg.extract.context.network import MODEL
from kg.extract.context.told import Told, look

__all__ = ["MODEL", "Told", "look"]
