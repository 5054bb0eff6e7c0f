"""Moves bytes: jobs, ranges, hashing, progress."""
