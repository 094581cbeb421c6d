"""Dated legal rules, read from TOML."""
