"""The My Number card: JPKI AP, common AP, issuer domain, and its files on disk."""
