"""Jobs: what they are, what may become of them, and those that everybody sees."""
