"""Pages of blogs: the news, their sources, and feeds of them."""
