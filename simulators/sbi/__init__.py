"""A device service that speaks MOSIP SBI 0.9.5 and 1.0 on loopback, with a synthetic hand on it.

faults    what it can do wrong, each once
keys      provider and device certificates, made anew each time
record    finger images as such devices wrap them
answers   discovery, device information, captures
service   the HTTP side, on Uvicorn
"""

from simulators.sbi.faults import SbiFault
from simulators.sbi.service import SbiService

__all__ = ["SbiFault", "SbiService"]
