"""Read certificates and lists with a parser that is not ours (asn1crypto)."""

from asn1crypto import core, crl, x509


def certificate(der: bytes) -> x509.Certificate:
    """Parse strictly: no octet may be left over."""
    return x509.Certificate.load(der, strict=True)


def revocation_list(der: bytes) -> crl.CertificateList:
    """Parse strictly: no octet may be left over."""
    return crl.CertificateList.load(der, strict=True)


def shape(extensions) -> list[tuple[str, bool]]:
    """Give dotted numbers and criticality in encoded order."""
    return [(entry["extn_id"].dotted, entry["critical"].native) for entry in extensions]


def value(der: bytes, dotted: str) -> bytes:
    """Give the octets inside one extension of a certificate."""
    found = [
        entry["extn_value"].contents
        for entry in certificate(der)["tbs_certificate"]["extensions"]
        if entry["extn_id"].dotted == dotted
    ]
    assert len(found) == 1
    return found[0]


def list_value(der: bytes, dotted: str) -> bytes:
    """Give the octets inside one extension of a list."""
    found = [
        entry["extn_value"].contents
        for entry in revocation_list(der)["tbs_cert_list"]["crl_extensions"]
        if entry["extn_id"].dotted == dotted
    ]
    assert len(found) == 1
    return found[0]


def string_tags(name: x509.Name) -> list[int]:
    """Give the universal tag of each attribute's string, in order."""
    return [rdn[0]["value"].chosen.tag for rdn in name.chosen]


def attributes_per_rdn(name: x509.Name) -> list[int]:
    """Give how many attributes each RDN holds."""
    return [len(rdn) for rdn in name.chosen]


def other_names(der: bytes) -> list[tuple[str, int, str]]:
    """Give each otherName of the subject: type, string tag, text."""
    names = x509.GeneralNames.load(value(der, "2.5.29.17"), strict=True)
    pairs = [(name.chosen["type_id"].dotted, name.chosen["value"].parsed) for name in names]
    return [(dotted, text.tag, text.native) for dotted, text in pairs]


def entries(der: bytes) -> dict[int, str | None]:
    """Give the serial numbers of a list with their reasons."""
    revoked = revocation_list(der)["tbs_cert_list"]["revoked_certificates"]
    return {
        entry["user_certificate"].native: _reason(entry["crl_entry_extensions"])
        for entry in ([] if isinstance(revoked, core.Void) else revoked)
    }


def _reason(extensions) -> str | None:
    if isinstance(extensions, core.Void):
        return None
    return next(e["extn_value"].native for e in extensions if e["extn_id"].native == "crl_reason")
