import { isDomain, isSipAddress } from './addresses.ts';
import type { Format } from './format.ts';
import { patternMisfit } from './number-pattern.ts';
import { canonicalScope, type Scope, scopeOf } from './scope.ts';

/** Shapes of text that only the objects of communications have. */
export type CsTextFormat =
  | 'policy scope'
  | 'dial plan scope'
  | 'trunk scope'
  | 'site scope'
  | 'media scope'
  | 'scoped name'
  | 'fqdn'
  | 'destination'
  | 'destinations'
  | 'sip address'
  | 'line uri'
  | 'display number'
  | 'unassigned number'
  | 'caller number'
  | 'simple name'
  | 'access prefix'
  | 'number pattern'
  | 'number translation'
  | 'distinguished name'
  | 'application server'
  | 'gateway service'
  | 'https url'
  | 'announcement target';

// Every expression here is a fixed sequence of classes without overlap: linear in the text's length.
const FORBIDDEN_IN_SCOPES = /["/\\[\]:;|=,*?<>]/;
const DESTINATION_LABEL = /^[a-zA-Z0-9_-]+$/;
const LINE = /^tel:\+?[0-9]{1,18}(?:;ext=[0-9]{1,10})?$/i;
const UNASSIGNED = /^(?:tel:)?\+?[1-9][0-9]{0,17}(?:;ext=[1-9][0-9]{0,9})?$/i;

const isDestination = (text: string) =>
  text.length <= 255 && text.split('.').every(label => DESTINATION_LABEL.test(label));
const partsOf = (text: string) => text.split(',').map(part => part.trim());
const isPlainName = (text: string) => text !== '' && text.trim() === text && !FORBIDDEN_IN_SCOPES.test(text);

/** What may stand behind the word of a scope: a site's name, or the full name (or the address) of a server. */
function isScoped(text: string, scopes: readonly Scope[]): boolean {
  const { scope, of } = scopeOf(text);
  if (!scopes.includes(scope)) return false;
  if (scope === 'Global') return true;
  return scope === 'Site' || scope === 'Tag' ? isPlainName(of) : isDomain(of);
}

const WRITTEN: Readonly<Record<Scope, string>> = {
  Global: 'global',
  Site: 'site:Redmond',
  Registrar: 'Registrar:pool.example.org',
  PstnGateway: 'PstnGateway:gateway.example.org',
  MediationServer: 'MediationServer:pool.example.org',
  Tag: 'a name without " / \\ [ ] : ; | = , * ? < > (with or without tag: before it)',
};

function scopeFormat(...scopes: readonly Scope[]): Format {
  return {
    fits: text => isScoped(text, scopes),
    allowed: scopes.map(scope => WRITTEN[scope]).join(', or '),
    canonical: canonicalScope,
  };
}

/** The place of the last "/", which comes between the parent of a rule and its name. */
const cutOf = (text: string) => text.lastIndexOf('/');

function isDistinguishedName(text: string): boolean {
  return text.split(',').every(part => /^(?:cn|ou|dc|o)=[^=]{1,64}$/i.test(part.trim()));
}

function isService(text: string, word: string): boolean {
  const plain = text.replace(/^service:/i, '');
  return plain.toLowerCase().startsWith(`${word.toLowerCase()}:`) && isDomain(plain.slice(word.length + 1));
}

const service = (word: string): Format => ({
  fits: text => isService(text, word),
  allowed: `${word}: and the full name of a server`,
  canonical: text => `${word}:${text.slice(text.lastIndexOf(':') + 1)}`,
});

/** A SIP address of the form `sip:ann@example.org`, parameters as announcements have them. */
function isAnnouncementTarget(text: string): boolean {
  const [address, ...parameters] = text.split(';');
  const known = ['user=phone', 'opaque=app:voicemail', 'gruu'];
  return isSipUriAddress(address) && parameters.every(each => known.includes(each.toLowerCase()));
}

const isSipUriAddress = (text: string) => /^sip:/i.test(text) && isSipAddress(text.slice('sip:'.length));

export const CS_FORMATS: Readonly<Record<CsTextFormat, Format>> = {
  'policy scope': scopeFormat('Global', 'Site', 'Tag'),
  'dial plan scope': scopeFormat('Global', 'Site', 'Registrar', 'PstnGateway', 'Tag'),
  'trunk scope': scopeFormat('Global', 'Site', 'PstnGateway'),
  'site scope': scopeFormat('Global', 'Site'),
  'media scope': scopeFormat('Global', 'Site', 'MediationServer'),
  'scoped name': {
    fits: text => cutOf(text) > 0 && isPlainName(text.slice(cutOf(text) + 1)),
    allowed: 'a scope and a name with / between them, such as site:Redmond/Internal',
    canonical: text => `${canonicalScope(text.slice(0, cutOf(text)))}${text.slice(cutOf(text))}`,
  },
  fqdn: {
    fits: text => text.includes('.') && isDomain(text),
    allowed: 'a full name such as pool.example.org',
    canonical: text => text.toLowerCase(),
  },
  destination: { fits: isDestination, allowed: 'a full name such as um.example.org (letters, digits, - and _)' },
  destinations: {
    fits: text => partsOf(text).every(isDestination),
    allowed: 'full names with commas between them, such as corp1.example.org, corp2.example.org',
    canonical: text => partsOf(text).join(', '),
  },
  'sip address': {
    fits: isSipUriAddress,
    allowed: 'a SIP address such as sip:ann@example.org',
    canonical: text => `sip:${text.slice('sip:'.length)}`,
  },
  'line uri': {
    fits: text => LINE.test(text),
    allowed: 'a telephone number such as tel:+14255550123 or tel:+14255550100;ext=10001',
    canonical: text => text.toLowerCase(),
  },
  'display number': {
    fits: text => /^\+?[1-9][0-9]*$/.test(text),
    allowed: 'a number whose first digit is not 0, with or without +',
  },
  'unassigned number': {
    fits: text => UNASSIGNED.test(text),
    allowed: 'a number of at most 18 digits, the first not 0, such as +14255550100 or tel:+14255550100;ext=100',
    canonical: text => text.toLowerCase(),
  },
  'caller number': {
    fits: text => /^\+?[1-9][0-9]*(?:;ext=[1-9][0-9]*)?$/.test(text),
    allowed: 'a number such as +14255550100 or +14255550100;ext=100',
  },
  'simple name': {
    fits: text => /^[\p{L}\p{Nd}. _-]+$/u.test(text) && text.trim() === text,
    allowed: 'letters, digits, blanks and - . _',
  },
  'access prefix': { fits: text => /^[0-9#*]{1,4}$/.test(text), allowed: 'one to four of the keys 0 to 9, * and #' },
  'number pattern': {
    fits: text => patternMisfit(text) === undefined,
    allowed: 'a regular expression such as ^(\\d{4})$ that can be run safely',
    instead: patternMisfit,
  },
  'number translation': {
    fits: text => /^[0-9A-Za-z+*#;=.:@${}-]+$/.test(text),
    allowed: 'a replacement such as +1425555$1',
  },
  'distinguished name': {
    fits: isDistinguishedName,
    allowed: 'a distinguished name such as ou=Finance,dc=example,dc=org',
    canonical: text =>
      partsOf(text)
        .map(part => `${part.slice(0, part.indexOf('=')).toLowerCase()}${part.slice(part.indexOf('='))}`)
        .join(','),
  },
  'application server': service('ApplicationServer'),
  'gateway service': service('PstnGateway'),
  'https url': { fits: isHttpsUrl, allowed: 'a URL that begins with https://' },
  'announcement target': {
    fits: isAnnouncementTarget,
    allowed: 'sip:ann@example.org, sip:+14255550100@example.org;user=phone or sip:ann@example.org;opaque=app:voicemail',
  },
};

function isHttpsUrl(text: string): boolean {
  return text.startsWith('https://') && URL.canParse(text);
}
