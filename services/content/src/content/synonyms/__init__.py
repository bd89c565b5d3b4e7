"""Words that stand for each other when somebody searches the site."""
