"""Who a V4L2 camera is, as the kernel heard it over USB; read from sysfs alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_SYSFS = Path("/sys/class/video4linux")
_LONGEST = 256  # bytes of one attribute
_USB_ROOT = 8  # folders between a video node and its USB device, at most


@dataclass(frozen=True, slots=True)
class CameraIdentity:
    """What names one camera; empty where the kernel knows nothing.

    `serial` is that of the device, or the USB path it is plugged into when it has none.
    """

    vendor: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""


def camera_identity(device: str, sysfs: Path = _SYSFS) -> CameraIdentity:
    """The identity of `device`, a node or a link of udev to one, such as `/dev/v4l/by-id/…`."""
    folder = sysfs / Path(device).resolve().name
    usb = _usb(folder / "device")
    name = _said(folder / "name")
    if usb is None:
        return CameraIdentity(model=name)
    ids = f"{_said(usb / 'idVendor')}:{_said(usb / 'idProduct')}"
    return CameraIdentity(
        vendor=_said(usb / "manufacturer") or ids,
        model=f"{_said(usb / 'product') or name} ({ids})",
        serial=_said(usb / "serial") or f"usb-{usb.name}",
        firmware=_said(usb / "bcdDevice"),
    )


def _usb(interface: Path) -> Path | None:
    """The USB device that the video interface belongs to: the first folder above with an id."""
    real = interface.resolve()
    for folder in (real, *real.parents[:_USB_ROOT]):
        if (folder / "idVendor").is_file():
            return folder
    return None


def _said(file: Path) -> str:
    """One attribute, bounded; empty when there is none."""
    try:
        with file.open("rb") as opened:
            return opened.read(_LONGEST).decode("utf-8", "replace").strip()
    except OSError:
        return ""
