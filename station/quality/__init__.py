"""Measures, rules and verdicts."""
