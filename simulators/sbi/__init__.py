"""A device service that speaks MOSIP SBI 0.9.5 and 1.0 on loopback, with a synthetic hand on it.

faults    what it can do wrong, each once
keys      provider and device certificates, made anew each time
record    finger images as such devices wrap them
glass     which fingers lie there, and how
answers   discovery, device information, captures
model     verbs, states and frames: the service without its wire
asgi      the wire as an HTTP library makes it, on Uvicorn
wire      the wire byte by byte: broken connections, and the quirks of the MOSIP mock
service   one of them on a port, in a thread
"""

from simulators.sbi.answers import Profile
from simulators.sbi.faults import SbiFault
from simulators.sbi.service import SbiService

__all__ = ["Profile", "SbiFault", "SbiService"]
