"""Success stories: sent in, reviewed, published, featured."""
