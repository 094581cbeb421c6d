"""Document scanners that speak eSCL (AirScan), over HTTP: network ones, and USB behind ipp-usb."""

from drivers.document_scanner.driver import DocumentScanner

__all__ = ["DocumentScanner"]
