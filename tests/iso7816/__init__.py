"""The language: APDUs, status words, TLV, ATR."""
