"""Benchmarks that anyone can run, against what a user would take instead; they are not tests."""
