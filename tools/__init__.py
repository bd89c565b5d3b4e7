"""What builds, checks and documents the project. Nothing here is deployed."""
