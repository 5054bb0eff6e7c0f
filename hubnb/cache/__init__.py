"""Keeps bytes: layout, locks, lookup."""
