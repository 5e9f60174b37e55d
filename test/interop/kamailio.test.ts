import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { startKamailio } from '../peers/kamailio.ts';
import { mailArrives } from '../peers/mailbox.ts';
import { type Server, startServer, testFolder } from '../peers/parley.ts';
import { freePort } from '../peers/ports.ts';
import { programs } from '../peers/programs.ts';
import { startRtpengine } from '../peers/rtpengine.ts';
import { seedData } from '../peers/seed.ts';
import { leaveMessage, runSipp } from '../peers/sipp.ts';
import { CALLER_TONES, decodeAudio, heardTones, toneSequence, writeMuLawFile } from '../peers/sound.ts';

/** What every caller says: six tones of 400 ms, so that it is more than the least that counts as a message. */
const SAID = [0, 3, 1, 4, 2, 3].map(i => CALLER_TONES[i]);
/** Silence in front of the tones, longer than greeting, name, prompt and tone in the test language. */
const MARGIN_MILLIS = 1800;
const SPEAK_MILLIS = MARGIN_MILLIS + 500 * SAID.length + 300;

async function parley(t: TestContext, folder: string): Promise<Server> {
  const data = join(folder, 'data');
  await seedData(data, { dialPlan: { audioCodec: 'G711' } });
  return startServer(t, { data, config: { maildir: { root: join(folder, 'mail') } } });
}

/** The one message that SIPp left, and that its tones are in it. */
async function messageIsIn(folder: string): Promise<void> {
  const [{ email }] = await mailArrives(join(folder, 'mail/parley.test/ann'));
  const [{ mimeType, content }] = email.attachments;
  assert.ok(content instanceof ArrayBuffer || content instanceof Uint8Array);
  const tones = heardTones(await decodeAudio(mimeType, new Uint8Array(content)), 150);
  assert.deepEqual(
    tones.flatMap(tone => tone.frequencies),
    SAID,
  );
}

function withMargins(samples: Int16Array): Int16Array {
  const longer = new Int16Array(samples.length + 8 * (MARGIN_MILLIS + 1500));
  longer.set(samples, 8 * MARGIN_MILLIS);
  return longer;
}

async function callThrough(
  t: TestContext,
  options: { sipp: string; folder: string; proxy: string; transport?: 'udp' | 'tcp' },
) {
  const { sipp, folder, proxy, transport = 'udp' } = options;
  const audio = `${folder}.ulaw`;
  writeMuLawFile(audio, withMargins(toneSequence(SAID)));
  const scenario = leaveMessage({ audio, greetingMillis: 0, speakMillis: SPEAK_MILLIS });
  const call = await runSipp(t, { program: sipp, folder, target: proxy, number: '1001', transport, scenario });
  assert.equal(call.code, 0, call.output);
}

/** Two servers, the first preferred; the next one when it refuses or does not answer. */
const failover = (first: string, second: string) => `
route[NEW] {
  $avp(next) = "sip:${second}";
  $du = "sip:${first}";
  t_on_failure("OTHER");
  t_set_fr(2000, 1000);
  t_relay();
}
failure_route[OTHER] {
  if (t_is_canceled()) exit;
  if (t_branch_timeout() || t_check_status("503")) {
    $du = $avp(next);
    t_relay();
  }
}`;

suite('behind Kamailio', { concurrency: true }, () => {
  for (const transport of ['udp', 'tcp'] as const)
    test(`Kamailio in front, in the way of the whole call, over ${transport}`, { timeout: 60_000 }, async t => {
      const found = programs(t, 'sipp', 'kamailio');
      if (!found) return;
      const folder = testFolder(t);
      const server = await parley(t, folder);
      const proxy = await startKamailio(t, {
        program: found.kamailio,
        folder: join(folder, 'kamailio'),
        routes: `route[NEW] { $du = "sip:${server[transport]};transport=${transport}"; t_relay(); }`,
      });
      await callThrough(t, { sipp: found.sipp, folder: join(folder, 'sipp'), proxy: proxy.address, transport });
      await messageIsIn(folder);
      // ACK and BYE came by the recorded route: otherwise the call would not have ended by the caller.
      await server.child.prints(/"msg":"call over"/);
      assert.match(server.child.output(), /"drop":"Graceful Hangup"/);
    });

  test('Kamailio takes the next server when the first is dead, and when it drains', { timeout: 90_000 }, async t => {
    const found = programs(t, 'sipp', 'kamailio');
    if (!found) return;
    const folder = testFolder(t);
    const [one, other] = await Promise.all([parley(t, join(folder, 'one')), parley(t, join(folder, 'other'))]);
    const dead = `127.0.0.1:${await freePort()}`;
    const program = found.kamailio;
    const pastTheDead = await startKamailio(t, {
      program,
      folder: join(folder, 'k1'),
      routes: failover(dead, one.udp),
    });
    await callThrough(t, { sipp: found.sipp, folder: join(folder, 'sipp1'), proxy: pastTheDead.address });
    await messageIsIn(join(folder, 'one'));
    // While it drains, the first one's own calls go on; new ones get 503 and find the other.
    const pastTheDraining = await startKamailio(t, {
      program,
      folder: join(folder, 'k2'),
      routes: failover(one.udp, other.udp),
    });
    const last = callThrough(t, { sipp: found.sipp, folder: join(folder, 'sipp2'), proxy: pastTheDraining.address });
    await one.child.prints(/"msg":"call came".*\n(.*\n)*.*"msg":"call came"/);
    const draining = one.child.stop('SIGTERM');
    await one.child.prints(/"msg":"told to stop/);
    await callThrough(t, { sipp: found.sipp, folder: join(folder, 'sipp3'), proxy: pastTheDraining.address });
    await messageIsIn(join(folder, 'other'));
    await last;
    assert.equal(await draining, 0);
  });

  test('rtpengine between the caller and the server carries the media both ways', { timeout: 60_000 }, async t => {
    const found = programs(t, 'sipp', 'kamailio', 'rtpengine');
    if (!found) return;
    const folder = testFolder(t);
    const server = await parley(t, folder);
    const media = await startRtpengine(t, { program: found.rtpengine, folder: join(folder, 'rtpengine') });
    const proxy = await startKamailio(t, {
      program: found.kamailio,
      folder: join(folder, 'kamailio'),
      modules: ['rtpengine'],
      parameters: [`modparam("rtpengine", "rtpengine_sock", "udp:${media.control}")`],
      routes: `
  route[NEW] {
    rtpengine_manage("replace-origin replace-session-connection");
    t_on_reply("ANSWERED");
    $du = "sip:${server.udp}";
    t_relay();
  }
  onreply_route[ANSWERED] { if (has_body("application/sdp")) rtpengine_manage("replace-origin replace-session-connection"); }
  route[INDIALOG] { if (is_method("BYE")) rtpengine_manage(); }`,
    });
    await callThrough(t, { sipp: found.sipp, folder: join(folder, 'sipp'), proxy: proxy.address });
    await messageIsIn(folder);
    await media.child.prints(/Final packet stats|delete/i);
  });
});
