import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Trace, TraceEntry } from '@parley/admin/client';
import { openPhone, recordToneOver } from '@parley/phone';
import { type Server, startServer, testFolder } from '../peers/parley.ts';
import { exchange, rawInvite } from '../peers/raw-sip.ts';
import { until } from '../peers/until.ts';

const SECRET = 'c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0';

async function printed(server: Server, ...words: string[]): Promise<string> {
  const { code, output } = await server.run('trace', ...words);
  assert.equal(code, 0, output);
  return output;
}

const listed = async (server: Server): Promise<TraceEntry[]> => JSON.parse(await printed(server, '--json'));
const traced = async (server: Server, callId: string): Promise<Trace> =>
  JSON.parse(await printed(server, '--call', callId, '--json'));

/** The arrows of a printed ladder, without times, strokes and details. */
const arrows = (text: string) =>
  text
    .split('\n')
    .map(line => /^ *\d+\.\d{3} {2}\|(<?)-+ (.+?) -+>?\|/.exec(line))
    .flatMap(found => (found ? [`${found[1] === '<' ? 'out' : 'in'} ${found[2]}`] : []));

suite('parley trace', { timeout: 120_000 }, () => {
  test('a call that was answered: its messages, what was agreed on, its record and how its media were', async t => {
    const server = await startServer(t, { data: testFolder(t), config: { log: { maskNumbers: false } } });
    const phone = await openPhone();
    t.after(() => phone.close());
    const call = await phone.call(`sip:1001@${server.udp}`, { from: '"Bob" <sip:5550123@pbx.example.com>' });
    await call.hears(recordToneOver);
    const [underWay] = await listed(server);
    assert.deepEqual(
      [underWay.callId, underWay.caller, underWay.called, underWay.outcome],
      [call.callId, '5550123', '1001', 'under way'],
    );
    await call.hangUp();
    const trace = await until('the record', async () => {
      const found = await traced(server, call.callId);
      return found.record ? found : undefined;
    });
    assert.equal(trace.record?.calleeMailboxAlias, 'ann');
    const times = trace.ladder.map(({ atMillis }) => atMillis);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.equal(times[0], 0);
    const text = await printed(server, '--call', call.callId.slice(0, 12));
    assert.deepEqual(arrows(text), [
      `in INVITE sip:1001@${server.udp}`,
      'out 100 Trying',
      'out 180 Ringing',
      'out 200 OK',
      `in ACK sip:${server.udp}`,
      `in BYE sip:${server.udp}`,
      'out 200 OK',
    ]);
    assert.match(
      text,
      /^ +audio at 127\.0\.0\.1 \d+, sendrecv: PCMU, PCMA, telephone-event;\n +RTP\/AVP, not encrypted$/m,
    );
    assert.match(text, /^outcome +: Call Answering Missed Call$/m);
    assert.match(text, /^media +: G\.711, .*loss 0 %, jitter [\d.]+ ms/m);
    const list = await printed(server);
    assert.match(list, new RegExp(`5550123 +1001 +Call Answering Missed Call +7 +${call.callId}`));
    const unknown = await server.run('trace', '--call', 'no such call');
    assert.equal(unknown.code, 1);
    assert.match(unknown.output, /^parley: no call has the Call-ID "no such call": .*newest 1000 calls.*sip\.trace/);
  });

  test('refused calls, a hostile and a malformed one: shown with the reason, numbers starred out, no secret anywhere', async t => {
    const server = await startServer(t, { data: testFolder(t), config: { log: { maskNumbers: true } } });
    const invite = (callId: string, change: (text: string) => string) =>
      exchange(server.tcp, change(rawInvite({ number: '4999123', callId })), text => / (4\d\d|5\d\d) /.test(text));
    await invite('refused-1', text => text);
    await invite('refused-2', text =>
      text
        .replace(
          'Max-Forwards',
          `Proxy-Authorization: Digest response="${SECRET}"\r\nAuthorization:\r\n Basic ${SECRET}\r\nMax-Forwards`,
        )
        .replace('4999123@127', `1001:${SECRET}@127`)
        .replace(/Content-Length: \d+\r\n\r\n.*/s, () => {
          const sdp = `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/SAVP 18\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${SECRET}\r\na=ice-pwd:${SECRET}\r\n`;
          return `Content-Length: ${sdp.length}\r\n\r\n${sdp}`;
        }),
    );
    await invite('broken-1', text => text.replace('CSeq: 1', 'CSeq: one'));
    const shown = await printed(server, '--call', 'refused-1');
    assert.deepEqual(arrows(shown), ['in INVITE sip:49***23@127.0.0.1', 'out 100 Trying', 'out 404 Not Found']);
    assert.match(shown, /^outcome +: 404 Not Found$/m);
    assert.match(shown, /^caller +: 55\*\*\*23$/m);
    const unfit = await printed(server, '--call', 'refused-2');
    assert.match(unfit, /^outcome +: 488 Not Acceptable Here$/m);
    assert.match(unfit, /^ +Warning: 3\d\d /m);
    assert.match(unfit, /RTP\/SAVP,\s+encrypted\s+\(SDES\)$/m);
    assert.match(await printed(server, '--call', 'broken-1'), /^outcome +: 400 CSeq: /m);
    const everything = [
      await printed(server, '--json'),
      JSON.stringify(await traced(server, 'refused-2')),
      unfit,
    ].join();
    assert.ok(!everything.includes(SECRET.slice(0, 12)), everything);
    assert.ok(!server.child.output().includes(SECRET.slice(0, 12)), 'nor in the log');
    assert.match(everything, /Authorization: \*\*\*/);
    const ambiguous = await server.run('trace', '--call', 'refused');
    assert.equal(ambiguous.code, 1);
    assert.match(
      ambiguous.output,
      /^parley: 2 calls have a Call-ID that begins with "refused": refused-2, refused-1$/m,
    );
  });

  test('with sip.trace 0 nothing is kept, and that is said', async t => {
    const server = await startServer(t, { data: testFolder(t), config: { sip: { trace: 0 } } });
    await exchange(server.tcp, rawInvite({ number: '4999', callId: 'x' }), text => text.includes(' 404 '));
    assert.equal(await printed(server), '(none)\n');
    assert.match((await server.run('trace', '--call', 'x')).output, /sip\.trace is 0/);
  });
});
