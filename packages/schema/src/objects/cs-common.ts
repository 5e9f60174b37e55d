import { ref, text } from '../define/property.ts';
import type { CsTextFormat } from '../validate/cs-formats.ts';

/** The tenant of an object of communications. "Organization" means something else in these cmdlets, so it has the name of the originals. */
export const tenant = ref({
  required: true,
  to: 'Organization',
  fixedAfterCreate: true,
  shown: 'Tenant',
  aliases: ['TenantID'],
  help: 'The tenant it belongs to.',
});

/** The identity of what holds for a scope: `global`, `site:Redmond`, a service, or the name of what is granted to people. */
export const scopeName = <const F extends CsTextFormat>(format: F) =>
  text({
    required: true,
    unique: true,
    max: 256,
    format,
    fixedAfterCreate: true,
    shown: 'Identity',
    help: 'What it holds for, or the name by which it is granted.',
  });

/** The identity of a rule: its parent's, and its name after a slash. */
export const ruleName = text({
  required: true,
  unique: true,
  max: 512,
  format: 'scoped name',
  fixedAfterCreate: true,
  shown: 'Identity',
  help: 'The scope of its parent and its own name: site:Redmond/Internal.',
});

/** A name beside which nothing else says what an object is. */
export const plainName = text({
  required: true,
  unique: true,
  max: 256,
  fixedAfterCreate: true,
  shown: 'Identity',
  help: 'Name shown to administrators.',
});

export const description = <const M extends number>(max: M) =>
  text({ max, help: 'What administrators should know of it.' });

/** Highest priority number; the lowest number comes first. */
export const LAST_PRIORITY = 2_147_483_647;

/** How far the sender of what comes from another organisation can be trusted. */
export const VERIFICATION_LEVELS = ['AlwaysVerifiable', 'AlwaysUnverifiable', 'UseSourceVerification'] as const;
