import { CAROL, inDialog, invite, scenario } from './sipp.ts';

/** Takes a value out of a header of the message at hand, or fails. */
const take = (header: string, pattern: string, into: string) =>
  `<action><ereg regexp="${pattern}" search_in="hdr" header="${header}:" check_it="true" assign_to="${into}"/></action>`;
/** A variable that nothing but the check needs. */
const unused = (...names: readonly string[]) => `<Reference variables="${names.join(',')}"/>`;

/** RFC 3262: ringing is only taken reliably, and acknowledged by PRACK; the call may be answered before that is. */
export const REQUIRES_100REL = scenario(`
  ${invite(CAROL, { headers: ['Require: 100rel'], transaction: 'invite' })}
  <recv response="100" optional="true" response_txn="invite"/>
  <recv response="180" rrs="true" response_txn="invite">${take('RSeq', '[0-9]+', 'rseq')}</recv>
  ${inDialog('PRACK', { headers: ['RAck: [$rseq] 1 INVITE'], transaction: 'prack' })}
  <recv response="200" response_txn="prack" optional="true" next="acknowledged"/>
  <recv response="200" rrs="true" response_txn="invite"/>
  <recv response="200" response_txn="prack" next="answered"/>
  <label id="acknowledged"/>
  <recv response="200" rrs="true" response_txn="invite"/>
  <label id="answered"/>
  ${inDialog('ACK', { transaction: 'invite' })}
  <pause milliseconds="300"/>
  ${inDialog('BYE', { cseq: 3 })}
  <recv response="200"/>`);

/** RFC 4028: the interval that is asked for is agreed on, `refresher` being who was asked; a refresh by UPDATE is answered. */
export function refreshed(refresher: 'uac' | 'uas'): string {
  const asks = ['Supported: timer', `Session-Expires: 90;refresher=${refresher}`];
  const agrees = (into: string) => take('Session-Expires', `90; ?refresher=${refresher}`, into);
  return scenario(`
  ${invite(CAROL, { headers: asks })}
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="200" rrs="true">${agrees('first')}</recv>
  ${inDialog('ACK')}
  <pause milliseconds="300"/>
  ${inDialog('UPDATE', { headers: asks })}
  <recv response="200">${agrees('again')}</recv>
  ${inDialog('BYE', { cseq: 3 })}
  <recv response="200"/>
  ${unused('first', 'again')}`);
}

/** RFC 4028: too short an interval is refused, with the shortest that is taken. */
export const TOO_SHORT = scenario(`
  ${invite(CAROL, { headers: ['Supported: timer', 'Session-Expires: 60'] })}
  <recv response="100" optional="true"/>
  <recv response="422">${take('Min-SE', '^ *90', 'least')}</recv>
  ${inDialog('ACK')}
  ${unused('least')}`);

const HEAD = ['v=0', 'o=sipp 1 2 IN IP4 [media_ip]', 's=-', 'c=IN IP4 [media_ip]', 't=0 0'];
const EVENTS = 'a=rtpmap:97 telephone-event/8000';

/** RFC 3264 section 8: asked for an offer in the call, we keep the place of the picture that was not taken, and the number that keys have. */
export const ASKS_FOR_AN_OFFER = scenario(`
  ${invite(CAROL, { formats: '0 97', description: [EVENTS, 'm=video 6000 RTP/AVP 31'] })}
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="200" rrs="true"/>
  ${inDialog('ACK')}
  <pause milliseconds="300"/>
  ${inDialog('INVITE')}
  <recv response="100" optional="true"/>
  <recv response="200"><action><ereg regexp="m=audio [1-9][^m]* 97.*${EVENTS}.*m=video 0 RTP/AVP 31" search_in="msg" check_it="true" assign_to="offer"/></action></recv>
  ${inDialog('ACK', {
    cseq: 2,
    description: [...HEAD, 'm=audio [rtpstream_audio_port] RTP/AVP 0 97', EVENTS, 'm=video 0 RTP/AVP 31'],
  })}
  <pause milliseconds="300"/>
  ${inDialog('BYE', { cseq: 3 })}
  <recv response="200"/>
  ${unused('offer')}`);
