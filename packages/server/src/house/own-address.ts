import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { codeOf, ParleyError } from '@parley/base';

/**
 * Sees whether sockets can be bound to an address. Otherwise every call would find out for itself, and be refused for want of ports.
 * @param setting the key of the configuration that has the address.
 * @throws ParleyError CONFIG_INVALID when this machine does not have it; whatever else the system says as it says it.
 */
export async function checkOwnAddress(setting: string, address: string): Promise<void> {
  const family = isIPv6(address) ? 6 : 4;
  const socket = createSocket({ type: `udp${family}`, ipv6Only: family === 6 });
  try {
    socket.bind({ address, port: 0, exclusive: true });
    await once(socket, 'listening');
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'EADDRNOTAVAIL' && code !== 'EAFNOSUPPORT') throw error;
    throw new ParleyError(
      'CONFIG_INVALID',
      `${setting} is ${address}, and this machine has no such address: use one of its own, or ${family === 6 ? '::' : '0.0.0.0'} for all; the address that others see in front of NAT is rtp.advertise (docs/guides/nat.md)`,
      { cause: error },
    );
  } finally {
    socket.close();
  }
}
