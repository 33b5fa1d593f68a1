"""The verifier: every rule with what breaks it alone, and with OpenSSL as the second opinion."""
