"""A network that reads an article with its things marked, and scores relations and the owners of figures.

`sheets` prepares the article and `network` reads it, with the operations of `tape`. `learning` trains the
network on the annotated articles of `lessons`, and `training` is the command. The answers of the network are
used by `kg.extract.relations.opinion` and `kg.extract.figures.ranking`.
"""

from kg.extract.context.network import MODEL
from kg.extract.context.told import Told, look

__all__ = ["MODEL", "Told", "look"]
