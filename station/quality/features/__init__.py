"""The quality features of ISO/IEC 29794-4:2024 that need no minutiae, as NFIQ 2.3 computes them.

    frame         the part of the image that is not white border
    grid          blocks, their orientation, windows turned to their ridges
    profile       ridge and valley profiles: LCS and RVUP
    waves         frequency and flow: FDA, OCL, OF
    region        where the finger lies, and how ordered its ridges are
    histogram     ten bins, mean and deviation of a list of values

Written from the formulas; nothing here loops over blocks in Python.
"""

from station.quality.features.features import TooLittle, features

__all__ = ["TooLittle", "features"]
