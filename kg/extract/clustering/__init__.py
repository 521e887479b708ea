"""From mentions to the things of one article: which names are one thing's, and where else it is named."""
