"""Names and constants of the sealed package; the bytes are in docs/protocols/paquet.md.

The only module of the station that the CERT imports: it holds no code, so nothing in it seals
or opens.
"""

from __future__ import annotations

from typing import Final

MANIFEST_TYPE: Final = "fr.dr-station.dossier"  # `type` of the manifest
COMPLEMENT_TYPE: Final = "fr.dr-station.complement"  # of the manifest of a complement
REMISE_TYPE: Final = "remise"  # `typ` of the JWS that says a title was handed over
VERSION: Final = 1  # `version` of the manifest; a reader refuses any other
MAX_PACKAGE: Final = 64 * 1024 * 1024  # bytes, sealed
MAX_PARTS: Final = 200

# Names inside the ASiC-E container (EN 319 162-1).
MIMETYPE: Final = "mimetype"
ASIC_TYPE: Final = "application/vnd.etsi.asic-e+zip"
MANIFEST: Final = "manifest.json"
FORM: Final = "dossier.json"
READ: Final = "recapitulatif.json"  # what the applicant confirmed
FACE: Final = "visage.cbeff"
FACE_MASTER: Final = "visage-maitre.png"
FINGER: Final = "empreintes/{code:02d}.cbeff"  # ISO finger code, 1 to 10
FINGER_SIGNED: Final = "empreintes/{code:02d}.jws"  # what the device signed about it, if it signs
SIGNATURE: Final = "signature-"  # and whose it is: titulaire, representant
SIGNATURE_POINTS: Final = ".cbeff"  # after that: the strokes of the pad it is the picture of
PIECE: Final = "pieces/{rank:02d}-{type}-{page:02d}"
STATION_MANIFEST: Final = "META-INF/ASiCManifest001.xml"
STATION_SIGNATURE: Final = "META-INF/signature001.p7s"
AGENT_MANIFEST: Final = "META-INF/ASiCManifest002.xml"
AGENT_SIGNATURE: Final = "META-INF/signature002.p7s"

# XML of the container's manifests.
ASIC_NAMESPACE: Final = "http://uri.etsi.org/02918/v1.2.1#"
DSIG_NAMESPACE: Final = "http://www.w3.org/2000/09/xmldsig#"
SHA256_URI: Final = "http://www.w3.org/2001/04/xmlenc#sha256"

# Media types.
JSON_TYPE: Final = "application/json"
XML_TYPE: Final = "text/xml"
JOSE_TYPE: Final = "application/jose"  # RFC 7515 §9.2.1
P7S_TYPE: Final = "application/pkcs7-signature"
P7M_TYPE: Final = "application/pkcs7-mime"

# Object identifiers of CMS and CAdES.
OID_DATA: Final = "1.2.840.113549.1.7.1"  # RFC 5652 §4
OID_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"  # RFC 5652 §5.1
OID_AUTH_ENVELOPED: Final = "1.2.840.113549.1.9.16.1.23"  # RFC 5083 §2
OID_CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"  # RFC 5652 §11.1
OID_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"  # RFC 5652 §11.2
OID_SIGNING_TIME: Final = "1.2.840.113549.1.9.5"  # RFC 5652 §11.3
OID_SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"  # RFC 5035 §3
OID_SHA256: Final = "2.16.840.1.101.3.4.2.1"
OID_ECDSA_SHA256: Final = "1.2.840.10045.4.3.2"
OID_RSA_SHA256: Final = "1.2.840.113549.1.1.11"
OID_EC_KEY: Final = "1.2.840.10045.2.1"
OID_AES256_GCM: Final = "2.16.840.1.101.3.4.1.46"  # RFC 5084 §3.2
OID_AES256_WRAP: Final = "2.16.840.1.101.3.4.1.45"  # RFC 3394
OID_ECDH_SHA256: Final = "1.3.132.1.11.1"  # dhSinglePass-stdDH-sha256kdf, for P-256
OID_ECDH_SHA384: Final = "1.3.132.1.11.2"  # dhSinglePass-stdDH-sha384kdf, for P-384
NONCE: Final = 12  # bytes, RFC 5084 §3.2
TAG: Final = 16  # bytes: the default of RFC 5084 is 12, so 16 is always written
