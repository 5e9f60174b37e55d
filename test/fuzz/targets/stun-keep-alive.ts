import assert from 'node:assert/strict';
import { bindingSuccess, isBindingRequest } from '../../../packages/sip/src/transport/stun-keep-alive.ts';
import type { FuzzTarget } from '../target.ts';

const TRANSACTION = 'b7e7a701bc34d686fa87dfae';
/** A header and the address of the sender over IPv6. */
const ANSWER_BYTES = 44;

const request = (attributes: string) =>
  Buffer.from(`0001${(attributes.length / 2).toString(16).padStart(4, '0')}2112a442${TRANSACTION}${attributes}`, 'hex');

/** Keep-alives of phones on a SIP port (RFC 5626 section 4.4.2): answered or not, and never by anything that would be answered again. */
export const stunKeepAlive: FuzzTarget = {
  name: 'stun-keep-alive',
  seeds: [
    request(''),
    request('802200036162630080280004deadbeef'),
    request('0006000461626364'),
    request('8022010061626364'),
  ],
  dictionary: ['\x00\x01', '\x80\x22', '\x80\x28', '\x21\x12\xa4\x42'],
  longest: 600,
  declared: () => false,
  run(bytes) {
    const datagram = Buffer.from(bytes);
    if (!isBindingRequest(datagram)) return;
    const answer = bindingSuccess(datagram, '2001:db8::1', 5060);
    if (!answer) return;
    assert.equal(answer.length, ANSWER_BYTES);
    assert.deepEqual(
      answer.subarray(4, 20),
      datagram.subarray(4, 20),
      'cookie and transaction are those of the request',
    );
    assert.ok(!isBindingRequest(answer), 'two servers would never stop');
  },
};
