// The trivial server that `npm run bench -- load` measures generators against. Ends with its parent.
// `node load-server.ts trivial`: 12 bytes at once. `… stalls`: after 50 ms, but nothing for the first second of every five.
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';

const began = performance.now();
const answer = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
const server =
  process.argv[2] === 'stalls'
    ? net.createServer((socket) => {
        socket.setNoDelay(true);
        socket.on('error', () => undefined);
        socket.on('data', () => {
          const phase = (performance.now() - began) % 5_000;
          setTimeout(() => socket.write(answer), 50 + Math.max(0, 1_000 - phase));
        });
      })
    : http.createServer((_req, res) => {
        res.setHeader('content-type', 'text/plain');
        res.end('Hello world!');
      });
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit(0));
