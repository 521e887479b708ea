"""Reading published texts: from files to articles with sentences, headline, byline and date."""
