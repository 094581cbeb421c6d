"""Document scanners: eSCL (AirScan) over HTTP, and whatever SANE drives."""

from drivers.document_scanner.driver import DocumentScanner
from drivers.document_scanner.sane import SaneScanner

__all__ = ["DocumentScanner", "SaneScanner"]
