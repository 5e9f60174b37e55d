import type { DialPlan, HuntGroup, IPGateway, Mailbox, MailboxPolicy, Organization } from '@parley/schema';

/** A mailbox with the objects that rule it, resolved. */
export interface MailboxInPlan {
  readonly mailbox: Mailbox;
  readonly policy: MailboxPolicy;
  readonly dialPlan: DialPlan;
  readonly organization: Organization;
}

/** Where a message came from. */
export interface CallSource {
  /** A numeric address. */
  readonly address: string;
  /** Names that the sender's certificate proves, lower case; undefined without one. */
  readonly certified?: readonly string[];
}

/** Whether the source has proved that it is this gateway, by a certificate with one of the gateway's names. */
export function isCertified(gateway: IPGateway, { certified }: CallSource): boolean {
  return certified !== undefined && gateway.address.some(name => certified.includes(name.toLowerCase()));
}

/**
 * What calls ask. Gateways, hunt groups, plans and policies are few and always in memory: they are answered at once. Mailboxes may
 * be a million: they are answered from memory when they are there, otherwise after one query. Changes made through admin are seen
 * within a second. A question about mailboxes rejects with `DIRECTORY_UNAVAILABLE` when the database does not answer in time and
 * nothing is remembered; nobody was found or not found then, and the call should be sent elsewhere.
 */
export interface Directory {
  /**
   * The configured gateway that a message belongs to: the one whose name the sender's certificate proves, otherwise the one whose
   * address it comes from; a gateway's address may be a network ("127.0.0.0/8"), the smallest network wins. A gateway that is
   * Disabled is as good as none; one with NoNewCalls is returned.
   */
  gatewayFor(source: CallSource): IPGateway | undefined;
  /** The hunt group of a gateway for a called number: an exact pilot first, then one that differs in "+" only, then the catch-all. */
  huntGroupFor(gateway: IPGateway, called: string): HuntGroup | undefined;
  dialPlan(id: string): DialPlan | undefined;
  /** The plan of an organisation (its id) that has this phone-context, "Name.example.org" in any case. */
  dialPlanByPhoneContext(organization: string, phoneContext: string): DialPlan | undefined;
  /** By extension, in every plan type. A mailbox that is not `umEnabled` is returned too. */
  mailboxByExtension(dialPlan: DialPlan, extension: string): Promise<MailboxInPlan | undefined>;
  /**
   * By SIP address "user@domain" (SIP URI plans) or "+number" (E.164 plans), among the mailboxes of the dial plan's organisation; a
   * scheme in front and upper case do not matter.
   */
  mailboxByAddress(dialPlan: DialPlan, address: string): Promise<MailboxInPlan | undefined>;
  /** By object id, for messages that are delivered later. */
  mailboxById(id: string): Promise<MailboxInPlan | undefined>;
}
