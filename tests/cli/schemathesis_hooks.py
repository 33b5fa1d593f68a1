"""What schemathesis must be told: an OCSP request is sent as the octets it is.

Loaded by schemathesis itself (SCHEMATHESIS_HOOKS). Called by nobody here.
"""

import schemathesis


@schemathesis.serializer("application/ocsp-request")
def octets(context, value):
    """Send bytes as they are, and of anything else what it is written as."""
    return value if isinstance(value, bytes) else str(value).encode()
