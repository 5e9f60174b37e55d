import type { Generated } from 'kysely';

/** A configured object: what an administrator gave, as JSON. `version` is the version of the document's shape, `etag` changes with every change. */
export interface ObjectTable {
  kind: string;
  id: string;
  etag: string;
  version: number;
  document: string;
  /** Id of the organisation whose it is (an organisation is its own); '' for what the whole system shares. */
  organization: string;
  /** Milliseconds since 1970, UTC. */
  changed_at: number;
}

/** Values by which objects are found without reading every document. */
export interface ObjectIndexTable {
  kind: string;
  property: string;
  value: string;
  id: string;
  /** As that of the object. */
  organization: string;
  /**
   * Where the value is unique for this kind and property, and the database says so: '' nowhere, '*' in the whole system, otherwise the id of
   * an organisation or of the object (a gateway, a dial plan) within which it is.
   */
  scope: string;
}

/**
 * What was done and by whom; the history of every object too. Append-only: the database refuses to change or remove a row.
 * There is one chain of hashes for each organisation and one for the system (null): inside `inOrganization` no other rows are seen.
 */
export interface AuditTable {
  /** Given by the database, rising, with gaps. */
  seq: Generated<number>;
  at: number;
  organization: string | null;
  who: string;
  request_id: string | null;
  cmdlet: string | null;
  kind: string | null;
  object_id: string | null;
  object_name: string | null;
  outcome: string;
  /** JSON: { from, to, parameters }. */
  detail: string;
  /** `hash` of the row before it in its chain, '' for the first. */
  previous_hash: string;
  hash: string;
}

/** Who may sign in. */
export interface AdministratorTable {
  id: string;
  /** Null: an administrator of the whole system. */
  organization: string | null;
  name: string;
  /** A hash with its parameters; null: no sign-in by password. */
  password: string | null;
  /** JSON: names of role groups. */
  groups: string;
  /** JSON: OUs and what else narrows what the roles allow. */
  scopes: string;
  certificate: string | null;
  oidc_subject: string | null;
  /** 0 or 1. */
  disabled: number;
  /** Failed sign-ins since the last good one. */
  failures: number;
  locked_until: number | null;
  created_at: number;
}

/** A browser or shell that has signed in; goes with its administrator. */
export interface SessionTable {
  id_hash: string;
  administrator: string;
  created_at: number;
  expires_at: number;
  address: string;
}

/** What programs sign in with; goes with its administrator. */
export interface ApiTokenTable {
  id: string;
  hash: string;
  administrator: string;
  name: string;
  /** JSON. */
  scope: string;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
}

/** The one-time link of the first start. */
export interface SetupLinkTable {
  hash: string;
  expires_at: number;
}

/** A node, and how far it has followed the audit. */
export interface ReplicaTable {
  node: string;
  seen: number;
  /** When it said so. */
  told_at: number;
}

/** One row a call. Texts are cleaned before they come here; times are milliseconds since 1970, UTC. */
export interface CallRecordTable {
  id: string;
  call_start_time: number;
  call_type: string;
  call_identity: string;
  parent_call_identity: string | null;
  um_server_name: string;
  dial_plan_name: string | null;
  ip_gateway_address: string | null;
  ip_gateway_name: string | null;
  /** Milliseconds. */
  call_duration: number;
  called_phone_number: string | null;
  caller_phone_number: string | null;
  dialed_string: string | null;
  offer_result: string;
  drop_call_reason: string | null;
  reason_for_call: string;
  caller_mailbox_alias: string | null;
  callee_mailbox_alias: string | null;
  audio_codec: string | null;
  /** Milliseconds. */
  jitter: number | null;
  /** Percent. */
  packet_loss: number | null;
  /** Milliseconds. */
  round_trip: number | null;
  /** Scores, 1 to 5, and what they lost. */
  nmos: number | null;
  nmos_degradation: number | null;
  nmos_degradation_jitter: number | null;
  nmos_degradation_packet_loss: number | null;
  /** Percent. */
  burst_density: number | null;
  /** Milliseconds. */
  burst_loss_duration: number | null;
  burst_gap_duration: number | null;
  /** Id of the organisation whose dial plan took the call; null: nobody's, and only the whole system's administrators see it. */
  organization?: string | null;
}

/** Facts about the data itself; `version` is the number of migrations it has seen. */
export interface MetaTable {
  key: string;
  value: string;
}

export interface Tables {
  object: ObjectTable;
  object_index: ObjectIndexTable;
  call_record: CallRecordTable;
  audit: AuditTable;
  administrator: AdministratorTable;
  session: SessionTable;
  api_token: ApiTokenTable;
  setup_link: SetupLinkTable;
  replica: ReplicaTable;
  meta: MetaTable;
}
