"""Files that begin with a table of offsets: 基本4情報 (text AP) and 券面情報 (visual AP).

`TT TT LL { table-tag LL, a big-endian u16 per object: where it starts, counted from the start
of the file; the objects }`. Not here: what the objects mean. Card reference §3.2, §3.3.
Called by the layouts of both applications.
"""

from collections.abc import Sequence

from jpki.iso7816.tlv import Tlv, TlvError, encode_length, encode_tag

_FILLER = b"\xff"


class OffsetTableError(ValueError):
    """Bytes that are no such file, or a table that points elsewhere than the objects are."""


def build_table(tag: int, table_tag: int, objects: Sequence[Tlv], *, length_bytes: int = 0) -> Tlv:
    """Give the file without filler; `length_bytes` asks for a longer outer length form.

    `length_bytes` 2 writes `82 hh ll`, as some cards do; 0 writes the shortest form.
    """
    body = b"".join(objects)
    table_length = len(Tlv(table_tag, bytes(2 * len(objects))))
    header = len(encode_tag(tag)) + len(encode_length(table_length + len(body), length_bytes))
    offsets, at = bytearray(), header + table_length
    for each in objects:
        offsets += at.to_bytes(2, "big")
        at += len(each)
    return Tlv(tag, Tlv(table_tag, bytes(offsets)) + body, length_bytes=length_bytes)


def parse_table(raw: bytes, tag: int, table_tag: int) -> list[Tlv]:
    """Read the objects behind the table; filler behind the file is allowed.

    `OffsetTableError` when the table does not point at every object, in order.
    """
    try:
        outer, end = Tlv.parse_from(raw)
        if outer.tag != tag:
            raise OffsetTableError(f"tag {outer.tag:X} where {tag:X} was expected")
        table, *objects = Tlv.parse_list(outer.value)
    except (TlvError, ValueError) as error:
        if isinstance(error, OffsetTableError):
            raise
        raise OffsetTableError(f"no file with an offset table: {error}") from error
    if table.tag != table_tag:
        raise OffsetTableError(f"tag {table.tag:X} where the table {table_tag:X} was expected")
    if raw[end:].strip(_FILLER):
        raise OffsetTableError("bytes behind the file are no filler")
    at, starts = end - len(outer.value) + len(table), b""
    for each in objects:
        starts += at.to_bytes(2, "big")
        at += len(each)
    if table.value != starts:
        raise OffsetTableError("the table does not point at the objects")
    return objects
