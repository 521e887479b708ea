"""What was published: from files to articles with sentences, headline, byline and date."""
