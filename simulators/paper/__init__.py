"""Paper on the glass of a document scanner, the same for the same parameters.

    PhotoScan, photo_scan    a portrait printed, worn by its life, and laid on the glass
    PageScan, page_scan      a sheet of A4 with text, and how badly it was scanned

Images are (rows, columns, 3) in B, G, R. Lengths are millimetres, angles degrees clockwise.
"""

from simulators.paper.glass import photo_scan
from simulators.paper.page import page_scan
from simulators.paper.params import Kind, PageScan, PhotoScan, Recapture

__all__ = ["Kind", "PageScan", "PhotoScan", "Recapture", "page_scan", "photo_scan"]
