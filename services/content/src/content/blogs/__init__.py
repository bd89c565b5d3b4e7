"""Blogs: feeds that are followed, their entries, aggregates of feeds, and related blogs."""
