"""What the text says, as spans: names, figures, dates and relations, each with its place."""
