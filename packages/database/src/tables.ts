/** A configured object: what an administrator gave, as JSON. `version` is the version of the document's shape, `etag` changes with every change. */
export interface ObjectTable {
  kind: string;
  id: string;
  etag: string;
  version: number;
  document: string;
}

/** Values by which objects are found without reading every document. */
export interface ObjectIndexTable {
  kind: string;
  property: string;
  value: string;
  id: string;
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
  meta: MetaTable;
}
