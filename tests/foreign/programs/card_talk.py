"""List the readers and send the card in the first one each APDU of the command line (pyscard)."""

import sys

from smartcard.System import readers

found = readers()
for reader in found:
    print("reader", reader)
connection = found[0].createConnection()
connection.connect()
print("atr", bytes(connection.getATR()).hex())
for apdu in sys.argv[1:]:
    data, sw1, sw2 = connection.transmit(list(bytes.fromhex(apdu)))
    print("answer", bytes([*data, sw1, sw2]).hex())
connection.disconnect()
