"""The download pages: landing, systems, releases, the `latest` redirects and the feed."""
