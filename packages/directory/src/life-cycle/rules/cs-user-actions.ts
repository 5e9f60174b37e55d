import { definitionOf, type OfKind, problem } from '@parley/schema';
import { showEffective } from './cs-holder.ts';
import { type Given, givenIn, invalid, isOn, optionalTextIn, propertiesIn, textIn } from './cs-read.ts';
import type { Action, ActionContext, ActionResult } from './rule.ts';

type User = OfKind<'User'>;

/** What `Disable-CsUser` takes away; what the mailbox's side has said and the place in the tree are not ours to take. */
const COMMUNICATIONS = [
  'registrarPool',
  'sipAddress',
  'csEnabled',
  'enterpriseVoiceEnabled',
  'lineURI',
  'onPremLineURI',
  'privateLine',
  'csHostedVoiceMail',
  'hostedVoicemailPolicy',
  'csDialPlan',
  'voicePolicy',
  'audioVideoDisabled',
  'remoteCallControlTelephonyEnabled',
  'lineServerURI',
  'exchangeArchivingPolicy',
  'acpInfo',
] as const satisfies readonly (keyof User)[];

function meantBy({ object }: ActionContext<'User'>): User {
  if (!object) throw invalid(problem('Identity', undefined, 'a person'));
  return object;
}

/** A change to a person; the answer shows it when it is wanted. */
function changed(context: ActionContext<'User'>, patch: Given, warnings: readonly string[] = []): ActionResult {
  const { id } = meantBy(context);
  const isShown = isOn(context.parameters, 'PassThru') || context.by.trial === true;
  return {
    changes: [{ what: 'change', kind: 'User', id, patch }],
    shows: isShown ? [{ kind: 'User', id }] : [],
    warnings,
  };
}

/** A property of a person that an address is made of. */
function needed(
  user: User,
  property: 'firstName' | 'lastName' | 'mailAddress' | 'userPrincipalName' | 'samAccountName',
  type: string,
) {
  const value = user[property];
  if (value === undefined) throw invalid(problem('SipAddressType', type, `possible: ${user.name} has no ${property}`));
  return value;
}

/** The SIP address that a person gets. */
function addressFor(user: User, parameters: Given): string {
  const address = optionalTextIn(parameters, 'SipAddress');
  const type = optionalTextIn(parameters, 'SipAddressType');
  if ((address === undefined) === (type === undefined))
    throw invalid(problem('SipAddress', address, 'given, or SipAddressType instead of it'));
  if (address !== undefined || type === undefined) return address ?? '';
  const domain = () => textIn(parameters, 'SipDomain', 'given with FirstLastName and SamAccountName');
  switch (type) {
    case 'EmailAddress':
      return `sip:${needed(user, 'mailAddress', type)}`;
    case 'UserPrincipalName':
      return `sip:${needed(user, 'userPrincipalName', type)}`;
    case 'SamAccountName': {
      const logon = needed(user, 'samAccountName', type);
      return `sip:${logon.slice(logon.indexOf('\\') + 1)}@${domain()}`;
    }
    case 'FirstLastName':
      return `sip:${needed(user, 'firstName', type)}.${needed(user, 'lastName', type)}@${domain()}`;
    default:
      throw invalid(
        problem('SipAddressType', type, 'FirstLastName, EmailAddress, UserPrincipalName or SamAccountName'),
      );
  }
}

/** `Enable-CsUser`. */
const enable: Action<'User'> = async context => {
  const registrarPool = textIn(context.parameters, 'RegistrarPool', 'the pool that the person is homed on');
  const sipAddress = addressFor(meantBy(context), context.parameters);
  return changed(context, { registrarPool, sipAddress, csEnabled: true });
};

/** `Disable-CsUser`: everything goes; `Set-CsUser -Enabled $false` would keep it. */
const disable: Action<'User'> = async context =>
  changed(context, Object.fromEntries(COMMUNICATIONS.map(name => [name, null])));

/** `Set-CsUser`. */
const set: Action<'User'> = async context => {
  const { parameters } = context;
  const user = meantBy(context);
  const known = Object.keys(definitionOf('User').properties);
  const hosted = givenIn(parameters, 'HostedVoiceMail');
  if (hosted !== undefined && hosted !== null && typeof hosted !== 'boolean')
    throw invalid(problem('HostedVoiceMail', hosted, 'true, false or $null'));
  const flag =
    hosted === undefined ? {} : { csHostedVoiceMail: hosted === null ? null : hosted ? 'Enabled' : 'Disabled' };
  const isForeign = typeof hosted === 'boolean' && user.exchangeHostedVoiceMail !== undefined;
  return changed(
    context,
    { ...propertiesIn(parameters, 'User', known), ...flag },
    isForeign
      ? [
          `the mailbox's side has said ${user.exchangeHostedVoiceMail} of ${user.name}: Enabled by either side holds; -HostedVoiceMail $null leaves it to that side`,
        ]
      : [],
  );
};

/** `Move-CsUser`. */
const move: Action<'User'> = async context => {
  const registrarPool = textIn(context.parameters, 'Target', 'the pool that the person moves to');
  if (meantBy(context).registrarPool === undefined)
    throw invalid(problem('Identity', meantBy(context).name, 'a person who is enabled: Enable-CsUser comes first'));
  return changed(context, { registrarPool });
};

export const csUserActions: Readonly<Record<string, Action<'User'>>> = {
  'enable-cs': enable,
  'disable-cs': disable,
  'set-cs': set,
  'move-cs': move,
  'effective-policy': showEffective,
};
