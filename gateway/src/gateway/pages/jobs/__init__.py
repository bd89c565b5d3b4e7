"""The job board: what visitors see, what posters send in, and the desk of the reviewers."""
