"""Reports: what visitors say against jobs."""
