"""Media files: pictures and documents that texts of the site show or link to."""
