import { definitionOf, isKind, type Kind, type OfKind } from '../objects/index.ts';
import { type Problem, problem, remark } from './problem.ts';

/** What exists beside the object that is checked. */
export interface Others {
  get<K extends Kind>(kind: K, id: string): OfKind<K> | undefined;
  /** The object of the kind with this name in the same organisation; upper and lower case are equal. */
  named(kind: Kind, name: string): { readonly id: string } | undefined;
  /** The mailbox with this extension in this dial plan. */
  mailboxWithExtension(dialPlan: string, extension: string): { readonly id: string; readonly name: string } | undefined;
  /** The mailbox with this SIP address or E.164 number; upper and lower case are equal. */
  mailboxWithAddress(address: string): { readonly id: string; readonly name: string } | undefined;
}

type Check<K extends Kind> = (object: OfKind<K>, others: Others) => Problem[];

/** Hunt groups are named within their gateway; all other names are unique in their kind. */
function checkName(kind: Kind, object: { readonly id: string }, others: Others): Problem[] {
  const name: unknown = Object.entries(object).find(([key]) => key === 'name')?.[1];
  if (kind === 'UMHuntGroup' || typeof name !== 'string') return [];
  const other = others.named(kind, name);
  if (!other || other.id === object.id) return [];
  return [remark('name', name, `name ${JSON.stringify(name)} is taken by another ${kind}`)];
}

/** References must lead somewhere; `name` is shown by callers, the id is what is stored. */
function checkReferences(kind: Kind, object: object, others: Others): Problem[] {
  const values = new Map(Object.entries(object));
  const problems: Problem[] = [];
  for (const [name, property] of Object.entries(definitionOf(kind).properties)) {
    const value: unknown = values.get(name);
    if (property.type !== 'ref' || typeof value !== 'string') continue;
    if (!isKind(property.to) || !others.get(property.to, value))
      problems.push(problem(name, value, `the id or the name of an existing ${property.to}`));
  }
  return problems;
}

const checkMailbox: Check<'UMMailbox'> = (mailbox, others) => {
  const policy = others.get('UMMailboxPolicy', mailbox.umMailboxPolicy);
  const plan = policy && others.get('UMDialPlan', policy.umDialPlan);
  if (!plan) return [];
  const problems: Problem[] = [];
  for (const extension of mailbox.extensions) {
    if (extension.length !== plan.numberOfDigitsInExtension)
      problems.push(
        problem(
          'extensions',
          extension,
          `${plan.numberOfDigitsInExtension} digits long, as dial plan ${plan.name} says`,
        ),
      );
    const owner = others.mailboxWithExtension(plan.id, extension);
    if (owner && owner.id !== mailbox.id)
      problems.push(
        remark(
          'extensions',
          extension,
          `extensions: ${extension} belongs to mailbox ${owner.name} in dial plan ${plan.name}`,
        ),
      );
  }
  return [...problems, ...checkAddress(mailbox, plan, others)];
};

function checkAddress(mailbox: OfKind<'UMMailbox'>, plan: OfKind<'UMDialPlan'>, others: Others): Problem[] {
  const address = mailbox.sipResourceIdentifier;
  const allowed = {
    TelExtn: undefined,
    SipName: 'a SIP address such as ann@example.org',
    E164: 'an E.164 number such as +33123456789',
  }[plan.uriType];
  const fits = plan.uriType === 'E164' ? address?.startsWith('+') : address?.includes('@');
  if (allowed && !fits)
    return [
      problem('sipResourceIdentifier', address, `${allowed}, since dial plan ${plan.name} is of type ${plan.uriType}`),
    ];
  const owner = address === undefined ? undefined : others.mailboxWithAddress(address);
  if (!owner || owner.id === mailbox.id) return [];
  return [
    remark('sipResourceIdentifier', address, `sipResourceIdentifier: ${address} belongs to mailbox ${owner.name}`),
  ];
}

const checkHuntGroup: Check<'UMHuntGroup'> = (group, others) => {
  const plan = others.get('UMDialPlan', group.umDialPlan);
  const gateway = others.get('UMIPGateway', group.umIPGateway);
  if (!plan || !gateway || plan.organization === gateway.organization) return [];
  return [problem('umDialPlan', plan.name, `a dial plan of the organisation of gateway ${gateway.name}`)];
};

const CHECKS: { readonly [K in Kind]?: Check<K> } = { UMMailbox: checkMailbox, UMHuntGroup: checkHuntGroup };

/** Checks an object, already valid by itself, against all others: references, unique names, extensions and addresses. */
export function checkAgainstOthers<K extends Kind>(kind: K, object: OfKind<K>, others: Others): Problem[] {
  const check: Check<K> | undefined = CHECKS[kind];
  return [
    ...checkName(kind, object, others),
    ...checkReferences(kind, object, others),
    ...(check ? check(object, others) : []),
  ];
}
