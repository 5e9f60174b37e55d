import assert from 'node:assert/strict';
import { definitionOf, isKind, type Kind, type Property } from '@parley/schema';
import { sampleOf } from '../src/openapi/samples.ts';
import { type RawAnswer, rawRequest } from './raw-request.ts';

type Values = Readonly<Record<string, unknown>>;

/** Makes objects of every kind by REST, what they refer to first. */
export class SampleObjects {
  readonly #folder: string;
  #made = 0;

  constructor(dataFolder: string) {
    this.#folder = dataFolder;
  }

  send(method: string, path: string, body?: unknown): Promise<RawAnswer> {
    const change = method === 'PATCH' || method === 'DELETE';
    return rawRequest(this.#folder, path, {
      method,
      ...(change ? { headers: { 'if-match': '*' } } : {}),
      ...(body === undefined ? {} : { body }),
    });
  }

  /** What a new object of the kind is made of: its required properties only. */
  async input(kind: Kind): Promise<Record<string, unknown>> {
    const input: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(definitionOf(kind).properties)) {
      if (!('required' in property) || !property.required) continue;
      if (property.type === 'ref' && property.to === 'Organization') continue;
      input[name] = await this.value(property);
    }
    return { ...input, ...(await this.#own(kind, input)) };
  }

  /** Makes an object of the kind; resolves with the answer, which must be one. */
  async make(kind: Kind, more: Values = {}): Promise<RawAnswer> {
    const { path } = definitionOf(kind);
    const input = { ...(await this.input(kind)), ...more };
    const answer = await this.send('POST', `/v1/${path}`, input);
    assert.equal(answer.status, 201, `${kind} ${JSON.stringify(input)}: ${JSON.stringify(answer.body)}`);
    return answer;
  }

  /** A value for a property, another one every time where that matters. */
  async value(property: Property): Promise<unknown> {
    const number = ++this.#made;
    if (property.type === 'ref') return this.#referred(property.to);
    if (property.type === 'list' && property.of.type === 'ref') return [await this.#referred(property.of.to)];
    if (property.type === 'list' && property.of.type === 'text')
      return [textOf(property.of.format, number) ?? sampleOf(property.of)];
    if (property.type === 'text')
      return (
        textOf(property.format, number)?.slice(-(property.max ?? 256)) ?? sampleOf({ ...property, default: undefined })
      );
    return sampleOf({ ...property, default: undefined });
  }

  /** Other values that a property might take than the one that it has; the first that fits will do. */
  async others(kind: Kind, name: string, present: unknown): Promise<unknown[]> {
    const property = definitionOf(kind).properties[name];
    assert.ok(property);
    switch (property.type) {
      case 'flag':
        return [present !== true];
      case 'integer':
        return [property.min, property.max, property.min + 1, property.max - 1].filter(each => each !== present);
      case 'choice':
        return property.values.filter(each => each !== present);
      case 'text':
        return [...(FEW[property.format ?? ''] ?? []).filter(each => each !== present), await this.value(property)];
      default:
        return [await this.value(property)];
    }
  }

  /** What has to change along with a property, and its value where it must be one that exists. */
  async along(kind: Kind, name: string, object: Values): Promise<Values> {
    switch (`${kind}.${name}`) {
      case 'CsVoicePolicy.pstnUsages':
      case 'CsVoicePolicy.customCallForwardingSimulRingUsages':
      case 'CsTrunkConfiguration.pstnUsages':
      case 'CsVoiceRoute.pstnUsages':
        await this.send('PATCH', '/v1/cs-pstn-usages/Global', { usage: { add: ['Local'] } });
        return { [name]: ['Local'] };
      case 'CsVoiceRoute.pstnGatewayList':
        return { [name]: [`PstnGateway:${await this.#pool('PstnGateway')}`] };
      case 'CsVoiceRoute.suppressCallerId':
        return { alternateCallerId: '+14255550100' };
      case 'CsSipResponseCodeTranslationRule.receivedResponseCode':
        return { receivedISUPCauseValue: 17 };
      case 'CsExUmContact.displayNumber':
      case 'CsExUmContact.lineURI': {
        const line = `+1425556${1000 + ++this.#made}`;
        return { displayNumber: line, lineURI: `tel:${line}` };
      }
      case 'CsUnassignedNumber.numberRangeStart':
        return { [name]: '+14255550001' };
      case 'CsUnassignedNumber.announcementService': {
        const { body } = await this.send('GET', `/v1/cs-announcements/${object.announcement}`);
        return { [name]: body.object.service };
      }
      case 'CsUnassignedNumber.exUmAutoAttendantPhoneNumber':
        return { [name]: await this.#contact(true), announcement: null };
      case 'CsAnnouncement.textToSpeechPrompt':
        return { language: 'en-US' };
      case 'UMCallAnsweringRule.extensionsDialed': {
        const { body } = await this.send('GET', `/v1/mailboxes/${object.umMailbox}`);
        return { [name]: body.object.extensions };
      }
      case 'UMCallAnsweringRule.keyMappings':
        return { [name]: [{ type: 1, key: 5, context: 'Sales', transferTo: '+14255550100' }] };
      case 'UMAutoAttendant.businessHoursKeyMapping':
      case 'UMAutoAttendant.afterHoursKeyMapping':
        return { [name]: ['1,Sales,1001'] };
      case 'UMDialPlan.allowedInCountryOrRegionGroups':
      case 'UMDialPlan.allowedInternationalGroups':
        return { [name]: ['Local'], [name.replace('allowed', 'configured')]: LOCAL };
      case 'UMAutoAttendant.allowedInCountryOrRegionGroups':
      case 'UMAutoAttendant.allowedInternationalGroups':
      case 'UMMailboxPolicy.allowedInCountryOrRegionGroups':
      case 'UMMailboxPolicy.allowedInternationalGroups': {
        const rules = name.replace('allowed', 'configured');
        const answer = await this.send('PATCH', `/v1/dial-plans/${object.umDialPlan}`, { [rules]: LOCAL });
        assert.equal(answer.status, 200, JSON.stringify(answer.body));
        return { [name]: ['Local'] };
      }
      case 'UMPrompt.audioData':
        return { [name]: waveOf(1600).toString('base64') };
      case 'CsDialPlan.optimizeDeviceDialing':
        return { externalAccessPrefix: '9' };
      case 'CsAccessEdgeConfiguration.routingMethod':
        return { defaultRouteFqdn: 'edge.example.org' };
      case 'CsOUPermission.objectTypes':
        return { objectTypes: ['Contact'] };
      case 'CsVoicemailReroutingConfiguration.autoAttendantNumber':
        return { [name]: await this.#contact(true) };
      case 'CsVoicemailReroutingConfiguration.subscriberAccessNumber':
        return { [name]: await this.#contact(false) };
      case 'User.remoteCallControlTelephonyEnabled':
        return { lineURI: 'tel:+14255559999', lineServerURI: 'sip:line@example.org' };
      case 'UMMailbox.secondaryDialPlan':
      case 'UMMailbox.secondaryExtensions':
        return { secondaryDialPlan: (await this.make('UMDialPlan')).body.object.id, secondaryExtensions: ['4711'] };
      case 'UMCallRouterSettings.dialPlans':
      case 'UMService.dialPlans':
        return { dialPlans: ['Main'] };
      case 'UMAutoAttendant.holidaySchedule':
        return { [name]: [{ name: 'Christmas', greeting: 'xmas.wav', start: '2026-12-25' }] };
      default:
        return this.#granted(name);
    }
  }

  /** Policies that are granted to people are those with a name of their own. */
  async #granted(name: string): Promise<Values> {
    const kinds: Readonly<Record<string, Kind>> = {
      hostedVoicemailPolicy: 'CsHostedVoicemailPolicy',
      csDialPlan: 'CsDialPlan',
      voicePolicy: 'CsVoicePolicy',
    };
    const kind = kinds[name];
    return kind === undefined ? {} : { [name]: (await this.make(kind)).body.object.id };
  }

  async #contact(autoAttendant: boolean): Promise<string> {
    const made = await this.make('CsExUmContact');
    const { id, displayNumber } = made.body.object;
    const answer = await this.send('PATCH', `/v1/cs-ex-um-contacts/${id}`, { autoAttendant });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return displayNumber;
  }

  async #referred(to: string): Promise<string> {
    assert.ok(isKind(to));
    const { always } = definitionOf(to);
    if (to === 'Organization') return (await this.send('GET', '/v1/organizations')).body.objects[0].object.name;
    return always ?? (await this.make(to)).body.object.id;
  }

  /** Values that depend on others of the same object. */
  async #own(kind: Kind, input: Values): Promise<Values> {
    const number = ++this.#made;
    const { format } = { format: undefined, ...definitionOf(kind).properties.name };
    switch (kind) {
      case 'OrganizationalUnit':
        return { leafName: `Unit ${number}`, name: `ou=Unit ${number},dc=example,dc=org` };
      case 'CsOUPermission': {
        const { body } = await this.send('GET', `/v1/organizational-units/${encodeURIComponent(String(input.ou))}`);
        return { name: body.object.name, objectTypes: ['User'] };
      }
      case 'UMDialPlan':
        return { numberOfDigitsInExtension: 4 };
      case 'UMMailbox':
        return this.#mailbox(number);
      case 'CsSipResponseCodeTranslationRule':
        return { name: `Global/Rule ${number}`, receivedResponseCode: 486, translatedResponseCode: 503 };
      case 'CsExUmContact': {
        const line = `+1425555${1000 + number}`;
        return { displayNumber: line, lineURI: `tel:${line}` };
      }
      case 'CsAnnouncement':
        return { service: `ApplicationServer:${await this.#pool('ApplicationServer')}` };
      case 'CsUnassignedNumber': {
        const start = `+1425555${1000 + number}`;
        return { numberRangeStart: start, numberRangeEnd: start, announcement: await this.#referred('CsAnnouncement') };
      }
      case 'UMCallAnsweringRule': {
        await this.send('PATCH', `/v1/mailboxes/${input.umMailbox}`, { umEnabled: true });
        return {};
      }
      case 'UMPrompt':
        return { audioData: WAVE };
      default:
        if (format === 'scoped name') return { name: `Global/Rule ${number}` };
        if (format === 'site scope' || format === 'media scope' || format === 'trunk scope')
          return { name: `Site:${(await this.make('CsSite')).body.object.name}` };
        return {};
    }
  }

  async #pool(role: string): Promise<string> {
    const { body } = await this.make('CsPool', { role });
    return body.object.name;
  }

  async #mailbox(number: number): Promise<Values> {
    const plan = await this.make('UMDialPlan');
    return { umMailboxPolicy: `${plan.body.object.name} Default Policy`, extensions: [String(1000 + number)] };
  }
}

/** A tenth of a second of silence: a canonical WAV file of 16-bit PCM with 8,000 samples a second. */
const WAVE = waveOf(800).toString('base64');

function waveOf(samples: number): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + samples * 2, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  for (const [at, value] of [
    [16, 16],
    [24, 8000],
    [28, 16_000],
    [40, samples * 2],
  ] as const)
    head.writeUInt32LE(value, at);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    head.writeUInt16LE(value, at);
  head.write('data', 36, 'latin1');
  return Buffer.concat([head, Buffer.alloc(samples * 2)]);
}

/** A group of dialing rules. */
const LOCAL = [{ name: 'Local', numberMask: '9xxx', dialedNumber: '9xxx' }];

/** Values of a format that there are few of, two at least. */
const FEW: Readonly<Record<string, readonly string[]>> = {
  language: ['en-US', 'fr-FR'],
  'time zone': ['UTC', 'Europe/Paris'],
  'number pattern': ['^(\\d{4})$', '^(\\d{5})$'],
  'number translation': ['$1', '+1425555$1'],
  'time span': ['30.00:00:00', '7.00:00:00'],
  'byte size': ['250MB', '300MB'],
};

/** A text of a format that no other object has. */
function textOf(format: string | undefined, number: number): string | undefined {
  switch (format) {
    case undefined:
    case 'name':
    case 'simple name':
    case 'policy scope':
    case 'dial plan scope':
      return `Thing ${number}`;
    case 'digits':
      return String(1000 + number);
    case 'sip resource':
    case 'mail address':
    case 'principal name':
      return `thing${number}@example.org`;
    case 'sip address':
      return `sip:thing${number}@example.org`;
    case 'logon name':
      return `thing${number}`;
    case 'fqdn':
    case 'domain':
      return `thing${number}.example.org`;
    case 'gateway address':
      return `gateway${number}.example.org`;
    case 'wave file name':
      return `thing${number}.wav`;
    case 'line uri':
      return `tel:+1425555${1000 + number}`;
    case 'display number':
    case 'unassigned number':
    case 'caller number':
    case 'pilot':
      return `+1425555${1000 + number}`;
    default:
      return undefined;
  }
}
