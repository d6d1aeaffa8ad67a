"""Tests of funcgen/monitoring."""
