import type { Parameter } from '../define/cmdlet.ts';
import { flag, ref, text } from '../define/property.ts';

const UNUSED = "Taken for older scripts' sake; it changes nothing here.";

const unused = (max: number): Parameter => ({ property: text({ max, help: UNUSED }) });
const unusedSwitch: Parameter = { property: flag({ default: false, help: UNUSED }), isSwitch: true };

/** What nearly every cmdlet of the originals takes, and what means something only there: one database, no older objects. */
export const onEverything = { DomainController: unused(253) } as const;
export const onChanges = { ...onEverything, ForceUpgrade: unusedSwitch } as const;
export const onRecipients = { ...onEverything, IgnoreDefaultScope: unusedSwitch } as const;
export const onRecipientLists = {
  ...onRecipients,
  Credential: unused(256),
  ReadFromDomainController: unusedSwitch,
} as const;

/** A switch: given without a value it is true. */
export const given = (help: string): Parameter => ({ property: flag({ default: false, help }), isSwitch: true });

/** Only objects that belong to one dial plan. */
export const ofDialPlan: Readonly<Record<string, Parameter>> = {
  UMDialPlan: {
    property: ref({ to: 'UMDialPlan', help: 'Only what belongs to this dial plan.' }),
    narrows: 'umDialPlan',
  },
};

/** Only what is in an organisational unit or below it. */
export const inUnit = (who: string): Parameter => ({
  property: ref({
    to: 'OrganizationalUnit',
    help: `Only ${who} in this unit or below it: its distinguished name, its path (example.org/Finance) or its name.`,
  }),
  narrows: 'ou',
  below: true,
});
