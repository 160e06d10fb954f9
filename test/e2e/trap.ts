import { createSocket } from 'node:dgram';
import { createServer, type AddressInfo } from 'node:net';

/** A port on loopback, TCP and UDP, that counts whoever knocks. */
export interface Trap {
  readonly port: number;
  knocks(): number;
  close(): Promise<void>;
}

/** Opens a trap: anything that reaches it left the app. */
export async function openTrap(): Promise<Trap> {
  let knocks = 0;
  const server = createServer((socket) => {
    knocks += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const datagrams = createSocket('udp4');
  datagrams.on('message', () => (knocks += 1));
  await new Promise<void>((resolve) => datagrams.bind(port, '127.0.0.1', resolve));
  return {
    port,
    knocks: () => knocks,
    close: async () => {
      await new Promise<void>((resolve) => datagrams.close(() => resolve()));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
