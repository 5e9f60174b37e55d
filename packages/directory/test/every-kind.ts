import type { KeptObjects, Stored } from '@parley/directory';
import { definitionOf, type Kind, kinds } from '@parley/schema';

const SYSTEM = { who: 'system' };

/** An organisation with at least one object of every kind that is shown. */
export interface Company {
  readonly organization: string;
  readonly of: ReadonlyMap<Kind, Stored>;
}

/** What makes one object of every kind; references are names. `digit` tells numbers and addresses of companies apart. */
function inputs(tag: string, digit: number): Partial<Record<Kind, Readonly<Record<string, unknown>>>> {
  const unit = `ou=Sales,dc=${tag},dc=test`;
  const plan = `${tag} Plan`;
  const trunk = { trunkConfiguration: 'Global' };
  return {
    CsSite: { name: `${tag} Site` },
    CsPool: { name: `pool.${tag}.test`, site: `${tag} Site` },
    OrganizationalUnit: { name: unit, leafName: 'Sales' },
    CsOUPermission: { name: unit, ou: unit, objectTypes: ['User', 'Contact', 'AppContact'] },
    CsHostedVoicemailPolicy: { name: `${tag}Hosted`, destination: `exum.${tag}.test` },
    CsVoicePolicy: { name: `${tag}Voice` },
    CsDialPlan: { name: `${tag}Dial`, simpleName: `${tag}Dial` },
    CsVoiceNormalizationRule: {
      name: `${tag}Dial/Rule`,
      dialPlan: `${tag}Dial`,
      pattern: '^(\\d{4})$',
      translation: '$1',
    },
    CsVoiceRoute: { name: `${tag} Route` },
    CsOutboundTranslationRule: { name: 'Global/Out', ...trunk },
    CsOutboundCallingNumberTranslationRule: { name: 'Global/Calling', ...trunk },
    CsSipResponseCodeTranslationRule: {
      name: 'Global/Code',
      ...trunk,
      receivedResponseCode: 486,
      translatedResponseCode: 480,
    },
    CsExUmContact: {
      name: `${tag} Contact`,
      sipAddress: `sip:exum@${tag}.test`,
      registrarPool: `pool.${tag}.test`,
      ou: unit,
      displayNumber: `+1425555${digit}101`,
      lineURI: `tel:+1425555${digit}101`,
    },
    CsAnnouncement: { name: `${tag} Announcement`, service: `ApplicationServer:apps.${tag}.test` },
    CsUnassignedNumber: {
      name: `${tag} Numbers`,
      numberRangeStart: '+14255551000',
      numberRangeEnd: '+14255551100',
      announcement: `${tag} Announcement`,
    },
    CsHostingProvider: {
      name: `${tag}.hosting.test`,
      proxyFqdn: `proxy.${tag}.test`,
      verificationLevel: 'UseSourceVerification',
    },
    CsAllowedDomain: { name: `friends.${tag}.test` },
    CsBlockedDomain: { name: `foes.${tag}.test` },
    AddressList: { name: `${tag} List` },
    User: {
      name: `${tag} User`,
      alias: `${tag}user`,
      userPrincipalName: `user@${tag}.test`,
      sipAddress: `sip:user@${tag}.test`,
    },
    Contact: { name: `${tag} Contact`, alias: `${tag}contact` },
    DistributionGroup: { name: `${tag} Group`, members: [`${tag} User`] },
    UMDialPlan: { name: plan, numberOfDigitsInExtension: 4, uriType: 'SipName' },
    UMMailboxPolicy: { name: `${tag} Policy`, umDialPlan: plan },
    UMIPGateway: { name: `${tag} Gateway`, address: `192.0.2.${digit}`, umDialPlan: plan },
    UMHuntGroup: { name: `${tag} Pilots`, umDialPlan: plan, umIPGateway: `${tag} Gateway`, pilotIdentifier: ['500'] },
    UMMailbox: {
      name: `${tag}box`,
      user: `${tag} User`,
      umEnabled: true,
      umMailboxPolicy: `${tag} Policy`,
      extensions: ['1001'],
      sipResourceIdentifier: `box@${tag}.test`,
      mailAddress: `box@${tag}.test`,
    },
    UMCallAnsweringRule: { name: `${tag} Rule`, umMailbox: `${tag}box` },
    UMAutoAttendant: { name: `${tag} Attendant`, umDialPlan: plan },
    UMPrompt: { name: `${tag}.wav`, umDialPlan: plan, audioData: WAVE },
  };
}

/** The smallest sound file: a head and one sample. */
const WAVE = (() => {
  const wave = Buffer.alloc(46);
  wave.write('RIFF', 0);
  wave.writeUInt32LE(38, 4);
  wave.write('WAVEfmt ', 8);
  wave.writeUInt32LE(16, 16);
  wave.writeUInt16LE(1, 20);
  wave.writeUInt16LE(1, 22);
  wave.writeUInt32LE(8000, 24);
  wave.writeUInt32LE(16_000, 28);
  wave.writeUInt16LE(2, 32);
  wave.writeUInt16LE(16, 34);
  wave.write('data', 36);
  wave.writeUInt32LE(2, 40);
  return wave.toString('base64');
})();

/** Makes a company by its own administrator. */
export async function company(objects: KeptObjects, tag: string, digit: number): Promise<Company> {
  const input = { name: tag, systemMailAddress: `voicemail@${tag}.test` };
  const made = await objects.create('Organization', input, SYSTEM);
  const organization = made.object.id;
  const by = { who: `admin of ${tag}`, organization };
  const of = new Map<Kind, Stored>([['Organization', made]]);
  const all = inputs(tag, digit);
  const servers = { name: `apps.${tag}.test`, site: `${tag} Site`, role: 'ApplicationServer' };
  for (const kind of kinds) {
    const { always, secret } = definitionOf(kind);
    const given = all[kind];
    if (kind === 'CsAnnouncement') await objects.create('CsPool', servers, by);
    if (given) of.set(kind, await objects.create(kind, given, by));
    else if (always !== undefined) of.set(kind, await objects.get(kind, always, by));
    else if (kind !== 'Organization' && !secret) throw new Error(`every-kind.ts has no ${kind} yet`);
  }
  return { organization, of };
}
