"""What the port of a camera asks for, and what the kernel says of the camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import pytest

from drivers.transport.camera_controls import Controls
from drivers.transport.camera_identity import CameraIdentity, camera_identity
from drivers.video_camera import VideoCamera
from station.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_number_turns_the_automatic_off_first() -> None:
    asked = Controls.of("width=1920&focus=35&exposure=156&white_balance=4600")
    assert asked.start() == (
        (cv2.CAP_PROP_FRAME_WIDTH, 1920.0),
        (cv2.CAP_PROP_AUTOFOCUS, 0.0),
        (cv2.CAP_PROP_FOCUS, 35.0),
        (cv2.CAP_PROP_AUTO_EXPOSURE, 1.0),
        (cv2.CAP_PROP_EXPOSURE, 156.0),
        (cv2.CAP_PROP_AUTO_WB, 0.0),
        (cv2.CAP_PROP_WB_TEMPERATURE, 4600.0),
    )


def test_the_lock_leaves_alone_what_the_port_has_fixed() -> None:
    asked = Controls.of("focus=35&exposure=auto")
    assert asked.lock(on=True) == (
        (cv2.CAP_PROP_AUTO_EXPOSURE, 1.0),
        (cv2.CAP_PROP_AUTO_WB, 0.0),
    )
    assert asked.lock(on=False) == (
        (cv2.CAP_PROP_AUTO_EXPOSURE, 3.0),
        (cv2.CAP_PROP_AUTO_WB, 1.0),
    )


def test_a_port_that_asks_for_nothing_sets_nothing() -> None:
    assert Controls.of("").start() == ()


@pytest.mark.parametrize(
    "query", ["zoom=2", "focus=", "focus=-1", "focus=٣", "width=auto", "width=9", "exposure=1e9"]
)
def test_what_no_camera_has_is_a_configuration_error(query: str) -> None:
    with pytest.raises(ConfigError):
        VideoCamera(f"video:///dev/video0?{query}")


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    """A USB camera and an internal one, laid out as the kernel does."""
    usb = tmp_path / "devices" / "pci0000:00" / "usb1" / "1-2"
    write(usb, idVendor="046d", idProduct="0892", manufacturer="SPECIMEN", product="Cam C1")
    write(usb, serial="A1B2C3", bcdDevice="0012")
    node(tmp_path, "video0", usb / "1-2:1.0", "Cam C1: interface")
    node(tmp_path, "video9", tmp_path / "devices" / "platform" / "isp", "rear camera")
    return tmp_path / "class" / "video4linux"


def write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text + "\n")


def node(root: Path, name: str, device: Path, label: str) -> None:
    device.mkdir(parents=True, exist_ok=True)
    folder = root / "class" / "video4linux" / name
    write(folder, name=label)
    (folder / "device").symlink_to(device)


def test_a_usb_camera_is_named_by_what_it_told_the_kernel(sysfs: Path) -> None:
    assert camera_identity("/dev/video0", sysfs) == CameraIdentity(
        vendor="SPECIMEN", model="Cam C1 (046d:0892)", serial="A1B2C3", firmware="0012"
    )


def test_a_link_of_udev_leads_to_the_camera(sysfs: Path, tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    (tmp_path / "usb-SPECIMEN-index0").symlink_to(tmp_path / "video0")
    found = camera_identity(str(tmp_path / "usb-SPECIMEN-index0"), sysfs)
    assert found.serial == "A1B2C3"


def test_a_camera_without_a_serial_is_known_by_where_it_is_plugged_in(sysfs: Path) -> None:
    usb = (sysfs / "video0" / "device").resolve().parent
    (usb / "serial").unlink()
    (usb / "manufacturer").unlink()
    found = camera_identity("/dev/video0", sysfs)
    assert (found.vendor, found.serial) == ("046d:0892", "usb-1-2")


def test_a_camera_that_is_not_on_usb_has_a_name_alone(sysfs: Path) -> None:
    assert camera_identity("/dev/video9", sysfs) == CameraIdentity(model="rear camera")


def test_an_endless_name_is_cut(sysfs: Path) -> None:
    (sysfs / "video9" / "name").write_text("A" * 100_000)
    assert len(camera_identity("/dev/video9", sysfs).model) == 256


def test_no_camera_has_no_name(sysfs: Path) -> None:
    assert camera_identity("/dev/video7", sysfs) == CameraIdentity()
