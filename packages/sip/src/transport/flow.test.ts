import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseUri } from '../message/index.ts';
import { goesByFlow } from './flow.ts';
import type { Peer, TransportName } from './peer.ts';

const flow = (transport: TransportName): Peer => ({ transport, address: '192.0.2.7', port: 40_000 });

test('requests go by the flow when the target can be reached by nothing else', () => {
  for (const [target, transport, expected] of [
    ['sip:a@df7jal23ls0d.invalid;transport=ws', 'ws', true],
    ['sip:a@df7jal23ls0d.invalid;transport=ws', 'wss', true],
    ['sip:a@df7jal23ls0d.invalid', 'tcp', true],
    ['sip:a@192.0.2.7:40000;transport=WSS', 'wss', true],
    ['sip:a@192.0.2.7:5060;transport=tcp', 'ws', false],
    ['sip:a@10.0.0.1;ob', 'udp', true],
    ['sip:a@10.0.0.1', 'udp', false],
    ['sip:a@192.0.2.7:5061;transport=tls', 'tls', true],
    ['sips:a@192.0.2.7', 'tls', true],
    ['sip:a@192.0.2.7:5060;transport=udp', 'tls', false],
    ['sip:a@192.0.2.8:5061;transport=tls', 'tls', false],
    ['sip:a@gateway.example;transport=tls', 'tls', false],
    ['tel:+1', 'ws', false],
  ] as const)
    assert.equal(goesByFlow(parseUri(target), flow(transport)), expected, `${target} by ${transport}`);
});
