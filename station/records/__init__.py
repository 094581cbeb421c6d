"""Biometric records and their codings."""
