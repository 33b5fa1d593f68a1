"""JPKI: the knowledge about Japan's public key infrastructure and its card.

This package stands alone: a relying party installs it without any simulator.
Imports go down only; see `docs/architecture.md`.
"""
