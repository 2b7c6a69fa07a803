"""The rows of a sweep on disk."""
