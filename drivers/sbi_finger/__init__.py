"""The driver of fingerprint devices behind the MOSIP Secure Biometric Interface."""

from drivers.sbi_finger.driver import SbiFinger

__all__ = ["SbiFinger"]
