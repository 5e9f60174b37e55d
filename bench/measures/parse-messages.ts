import { buildResponse, parseMessage, printMessage, type SipRequest, validateRequest } from '@parley/sip';
import { MESSAGES } from '../parsers/messages.ts';
import type { ParserSpeed } from './parser.ts';

/* Prints how many messages a second are parsed, as JSON. */

const INVITE = Buffer.from(MESSAGES[0].text);

const BATCH = 1000;
const WARM_UP_MILLIS = 300;
const RUN_MILLIS = 1000;

/** Times a second that `work` runs, after it has run long enough to be compiled. */
function speedOf(work: () => number): number {
  let kept = 0;
  const run = (millis: number) => {
    const began = performance.now();
    let times = 0;
    while (performance.now() - began < millis) for (let i = 0; i < BATCH; i++, times++) kept += work();
    return (times * 1000) / (performance.now() - began);
  };
  run(WARM_UP_MILLIS);
  const speed = Math.round(run(RUN_MILLIS));
  if (kept === 0) throw new Error('nothing was done');
  return speed;
}

function parsed(): SipRequest {
  const message = parseMessage(INVITE);
  if (message.kind !== 'request') throw new Error('the INVITE was not read as a request');
  return message;
}

const request = parsed();
const body = Buffer.from(request.body);
const speeds: ParserSpeed = {
  parse: speedOf(() => parsed().method.length),
  read: speedOf(() => {
    const message = parsed();
    validateRequest(message);
    const { vias, from, to, callId, cseq } = message;
    return callId.length + cseq.number + from.parameters.size + to.parameters.size + vias.length + message.body.length;
  }),
  print: speedOf(() => printMessage(buildResponse(request, { status: 200, toTag: 'a6c85cf', body })).length),
  bytes: INVITE.length,
};
process.stdout.write(JSON.stringify(speeds));
