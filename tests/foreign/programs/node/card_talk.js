// Lists the readers and sends the card in the first one each APDU of the command line.
// node card_talk.js MODULE APDU...
'use strict';

const [name, ...apdus] = process.argv.slice(2);
const pcsc = require(name)();

function fail(error) {
  console.error(error);
  process.exit(1);
}

function talk(reader, protocol, commands) {
  if (commands.length === 0) {
    reader.disconnect(reader.SCARD_RESET_CARD, (error) => {
      if (error) fail(error);
      // Both modules go on watching for readers otherwise.
      process.exit(0);
    });
    return;
  }
  reader.transmit(Buffer.from(commands[0], 'hex'), 65538, protocol, (error, answer) => {
    if (error) fail(error);
    console.log('answer ' + answer.toString('hex'));
    talk(reader, protocol, commands.slice(1));
  });
}

let busy = false;
pcsc.on('error', fail);
pcsc.on('reader', (reader) => {
  console.log('reader ' + reader.name);
  reader.on('error', fail);
  reader.on('status', (status) => {
    if (busy || !(status.state & reader.SCARD_STATE_PRESENT)) return;
    busy = true;
    console.log('atr ' + status.atr.toString('hex'));
    reader.connect({ share_mode: reader.SCARD_SHARE_SHARED }, (error, protocol) => {
      if (error) fail(error);
      talk(reader, protocol, apdus);
    });
  });
});
