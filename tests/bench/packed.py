# SPDX-License-Identifier: Apache-2.0
"""packed.py SEGMENT...: octets of the certificates in them, packed and unpacked (egov-archive(5))."""
import sys
import zlib


def parts(b):
    at, out = 0, []
    while at < len(b):
        tag, size, at = b[at], b[at + 1], at + 2
        if size > 0x80:
            n = size - 0x80
            size, at = int.from_bytes(b[at:at + n], 'big'), at + n
        out.append((tag, b[at:at + size]))
        at += size
    return out


packed = unpacked = 0
for name in sys.argv[1:]:
    with open(name, 'rb') as file:
        segment = parts(file.read())[0][1]
    content = [value for tag, value in parts(parts(segment)[0][1])]
    dictionaries = [value for tag, value in parts(content[8])]
    packed += sum(len(d) for d in dictionaries)
    for tag, record in parts(content[10]):
        for tag, value in parts(record):
            if tag == 0xa1:
                (_, number), (_, stream) = parts(value)
                number = int.from_bytes(number, 'big')
                d = zlib.decompressobj(zdict=dictionaries[number - 1]) if number else zlib.decompressobj()
                packed += len(stream)
                unpacked += len(d.decompress(stream) + d.flush())
print(packed, unpacked)
