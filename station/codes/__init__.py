"""Codes and machine-readable zones: what a reader or a scan found, made values with their proof."""
