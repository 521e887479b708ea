"""From mentions to the things of one article: which names belong to one thing, and where else it is named."""
