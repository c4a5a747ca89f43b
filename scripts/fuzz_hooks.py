"""What Schemathesis cannot write by itself (SCHEMATHESIS_HOOKS of scripts/fuzz)."""

import schemathesis


@schemathesis.serializer("application/secevent+jwt")
def security_event_token(_context, value):
    """A token of RFC 8417 is sent as the text that it is."""
    return {"data": value if isinstance(value, bytes) else str(value).encode("utf8", errors="replace")}
