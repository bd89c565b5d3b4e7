"""Types: what a job is about; each has any number."""
