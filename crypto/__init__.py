"""Seal words for the people who may read them, and open them with one reader's key.

Bytes in, bytes out. This floor knows no database, no web and no configuration:
the caller brings every key and every setting. Byte layouts: docs/envelope-format.md.
"""
