"""How OpenSSL and pyHanko's validator judge bent paths otherwise, and why.

Each row says what the more lenient one takes, or the stricter one refuses. Called by `differences`.
"""

from tests.verify.path.asked import OPENSSL, PYHANKO
from tests.verify.path.difference import BOTH, THEY, WE, Difference
from tests.verify.path.proofs import (
    is_a_list_of_another_key,
    is_another_key,
    is_more,
    is_no_string,
    is_not_read,
    is_only_strict,
    is_read,
    is_the_same_place,
)

UNREADABLE = r"^(target|issuer|list): "
HALF = r"^list: .*"

BENT = [
    Difference(
        BOTH,
        WE,
        "one signature algorithm signed and another outside; OpenSSL: of a list",
        "4.1.1.2, 5.1.1.2: the same in both places",
        r"signature algorithm differs inside and outside"
        r"|: a signature algorithm this verifier does not know$"
        r"|^path\.algorithm: \d of \d: AlgorithmIdentifier \w+ signed, ",
        ("bent 48", "bent 28"),
    ),
    Difference(
        BOTH,
        WE,
        "a list without cRLNumber",
        "5.2.3, which every CA must follow (`CrlRules`)",
        r"^path\.revocation: .*: without cRLNumber",
        ("bent 84",),
    ),
    Difference(
        BOTH,
        WE,
        "a list older than seven days whose nextUpdate is still to come",
        "a rule of the caller (`CrlRules`)",
        r"^path\.revocation: .*: older than 7 days \(max-age\)$",
        ("bent 322",),
    ),
    Difference(
        (OPENSSL,),
        WE,
        "a list without nextUpdate",
        "5.1.2.5",
        r"^path\.revocation: .*: without nextUpdate$",
        ("bent 37",),
    ),
    Difference(
        (OPENSSL,),
        WE,
        "an RSA key with parameters other than NULL",
        "RFC 3279 2.3.1",
        r"^path\.(key|algorithm|signature): .*a key of 1\.2\.840\.113549\.1\.1\.1 that cannot",
        ("bent 256", "bent 378"),
    ),
    Difference(
        (PYHANKO,),
        WE,
        "an issuer's RSA key without parameters",
        "RFC 3279 2.3.1: they are NULL",
        r"^path\.(algorithm|signature): .*a key of 1\.2\.840\.113549\.1\.1\.1 that cannot",
        ("bent 319",),
    ),
    Difference(
        (PYHANKO,),
        WE,
        "a target whose key is of no use",
        "it looks at keys of issuers alone",
        r"^path\.key: .*that cannot be used$",
        ("bent 256",),
    ),
    Difference(
        (PYHANKO,),
        WE,
        "a part that cannot be read",
        "X.690: its library reads what is asked for, and refuses this when asked for all",
        UNREADABLE,
        ("bent 17", "bent 47"),
        is_not_read,
    ),
    Difference(
        BOTH,
        WE,
        "more than the structure has; OpenSSL: behind the value of an extension",
        "4.1, 5.1: the syntax ends there",
        UNREADABLE + r".*(bytes left over|unexpected tag ..|elements where 1 belongs)$",
        ("bent 33", "bent 22"),
        is_more,
    ),
    Difference(
        (PYHANKO,),
        WE,
        "an extension of a list that is not what its identifier says in a certificate",
        "5.2: what cannot be read may be what limits the list",
        HALF + r"PrivateKeyUsagePeriod: tag",
        ("bent twice 1127",),
        is_read,
    ),
    Difference(
        (OPENSSL,),
        WE,
        "an extension of a list or entry that is not what its identifier says",
        "5.2, 5.3: what cannot be read may be what limits the list",
        HALF + r"(AuthorityKeyIdentifier: |IssuingDistributionPoint: |DistributionPointName: "
        r"|INTEGER: tag |is no GeneralName|data ends where|element needs)",
        ("bent 19", "bent 24"),
    ),
    Difference(
        BOTH,
        WE,
        "extensions in version 1; OpenSSL: of a list",
        "4.1.2.1, 5.1.2.1",
        UNREADABLE + r".*a v1 (certificate|list) with extensions$",
        ("bent 42",),
        is_read,
    ),
    Difference(
        BOTH,
        WE,
        "a version that does not exist",
        "4.1.2.1, 5.1.2.1",
        UNREADABLE + r".*version field \d+$",
        ("bent 1634", "bent 1888"),
        is_read,
    ),
    Difference(
        BOTH,
        WE,
        "a serial number twice on a list",
        "5.1.2.6: which of the two entries counts, nothing says",
        HALF + "a serial number is listed twice$",
        ("bent 26",),
        is_read,
    ),
    Difference(
        BOTH,
        WE,
        "an extension twice; OpenSSL: of a list or entry",
        "4.2: not more than one instance",
        UNREADABLE + r".*extension \S+ occurs twice$",
        ("bent 1033",),
        is_read,
    ),
    Difference(
        BOTH,
        WE,
        "an attribute twice in one RDN",
        "X.501 9.3: a set would drop one of them",
        UNREADABLE + r".*the attribute \S+ twice in one RelativeDistinguishedName$",
        ("bent 649",),
        is_read,
    ),
    Difference(
        BOTH,
        WE,
        "what is not DER: a BOOLEAN of 01, defaults written, a primitive SET, a cut OID, "
        "surrogates",
        "4.1: DER (X.690 8.19, 10, 11), X.680 41",
        UNREADABLE + r".*(BOOLEAN is neither 00 nor FF|FALSE is the default"
        r"|identifier .. is no type in its DER form|OBJECT IDENTIFIER is cut short"
        r"|BMP_STRING with foreign characters)",
        ("bent 54",),
        is_read,
    ),
    Difference(
        BOTH,
        WE,
        "a number of hundreds of bytes",
        "4.1.2.2, 5.2.3: 20 octets at most",
        UNREADABLE + r".*INTEGER of \d+ bytes$",
        ("bent 1186",),
        is_read,
    ),
    Difference(
        BOTH,
        WE,
        "an empty list of things; OpenSSL: in a list",
        "A.1: SIZE (1..MAX); 5.1.2.6, 5.2.5",
        UNREADABLE + r".*(is empty|without (any extension|attribute|a name|algorithm))$",
        ("bent 876",),
        is_read,
    ),
    Difference(
        (OPENSSL,),
        WE,
        "a time of an entry that is none, or is without seconds",
        "4.1.2.5.1, 5.1.2.6",
        HALF + r"(time not in the form|time that does not exist)",
        ("bent 17",),
    ),
    Difference(
        BOTH,
        THEY,
        "an issuer of another key than the authorityKeyIdentifier says",
        "4.2.1.1: it helps to find the key; 6.1 asks whether the key verifies",
        r"^depth \d: unable to get local issuer certificate$|no issuer matching",
        ("bent 156",),
        is_another_key,
    ),
    Difference(
        (OPENSSL,),
        THEY,
        "a list of another key than its authorityKeyIdentifier says",
        "5.2.1: the same",
        r"^depth \d: unable to get certificate CRL$",
        ("bent 136",),
        is_a_list_of_another_key,
    ),
    Difference(
        (OPENSSL,),
        THEY,
        "what a CA must write and no step of 6.1 asks for: key identifiers, key usage of a CA, "
        "criticality, a name; no keyCertSign of who is no CA, no path length without it",
        "4.1.2.6, 4.2.1.1 to 4.2.1.3, 4.2.1.9: with -x509_strict alone",
        r"^depth \d: (Missing (Subject|Authority) Key Identifier|Subject name empty"
        r"|CA cert does not include key usage|Basic Constraints of CA cert not marked critical"
        # Errors 79 and 82 of a target that is no CA, 81 of one that is.
        r"|invalid CA certificate|Key usage keyCertSign invalid for non-CA cert"
        r"|Path length given without key usage keyCertSign)",
        ("bent 177", "written 1", "written 2", "written 3"),
        is_only_strict,
    ),
    Difference(
        (OPENSSL,),
        THEY,
        "a list for the same place, whose host is written in another case",
        "7.4: scheme and host are compared in lower case",
        r"^depth \d: different CRL scope$",
        ("bent 2131",),
        is_the_same_place,
    ),
    Difference(
        BOTH,
        THEY,
        "an attribute nobody knows whose value is no string",
        "4.1.2.4 allows any type; 7.1: such values are compared by their bytes",
        r"^Could not read certificate|^TypeError: ",
        ("bent 2084",),
        is_no_string,
    ),
]
