import type { CallFacts, CallRefusal } from '@parley/call';
import type { DialPlan } from '@parley/schema';

const NOT_ACCEPTABLE = 488;

/**
 * Why a call does not fit `VoIPSecurity` of its dial plan; undefined when its signalling does. SIPSecured and Secured take calls by
 * TLS only, from gateways that proved who they are; whether the media fit is seen at the answer.
 */
export function unfitForPlan(facts: CallFacts, { voIPSecurity }: DialPlan): CallRefusal | undefined {
  if (voIPSecurity === 'Unsecured') return undefined;
  if (facts.transport !== 'tls' && facts.transport !== 'wss')
    return refusal(`this dial plan is ${voIPSecurity}: call by TLS`);
  if (!facts.certified)
    return refusal(
      `this dial plan is ${voIPSecurity}: show a certificate with the name that is the address of the gateway`,
    );
  return undefined;
}

const refusal = (warning: string): CallRefusal => ({ status: NOT_ACCEPTABLE, warning });
