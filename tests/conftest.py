"""What several test folders use."""

from __future__ import annotations
