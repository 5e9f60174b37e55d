import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Figures that are read when somebody asks for them. */
export interface LiveFigures {
  readonly calls: number;
  readonly waiting: number;
  readonly lateMillis: number;
  readonly signallingMillis: number;
  readonly spoolWaiting: number;
  readonly spoolOldestSeconds: number;
  readonly spoolDead: number;
  readonly spoolFreeBytes: number;
  readonly backlogSeconds: number;
  /** Mailboxes in memory. */
  readonly directoryMailboxes: number;
  /** How long the directory has had no answer of the database; 0 while it has. */
  readonly directoryAwaySeconds: number;
  /** Answers to calls since the start that may have been old, because of that. */
  readonly directoryStale: number;
  /** Until the certificate of SIP expires, below 0 when it has; undefined without TLS. */
  readonly certificateSeconds: number | undefined;
}

/** The server's Prometheus metrics, in a registry of their own. */
export interface Metrics {
  readonly registry: Registry;
  /** One for each call that ended: call type and outcome of its record. */
  call(type: string, outcome: string): void;
  /** One for each request turned away before it became a call. */
  refused(why: string): void;
  /** Hang-up (or "sent") to the message in the mailbox, seconds. */
  delivered(seconds: number): void;
}

/** @param read called at each scrape. */
export function createMetrics(read: () => LiveFigures): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const gauge = (name: string, help: string, pick: (figures: LiveFigures) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(pick(read()));
      },
    });
  gauge('parley_calls', 'Calls in progress.', figures => figures.calls);
  gauge('parley_calls_waiting', 'Calls among them that wait to be answered.', figures => figures.waiting);
  gauge(
    'parley_media_late_milliseconds',
    'How late packets leave, as admission sees it, worst media thread.',
    figures => figures.lateMillis,
  );
  gauge(
    'parley_signalling_late_milliseconds',
    'How late the main thread gets to SIP messages, as admission sees it.',
    figures => figures.signallingMillis,
  );
  gauge('parley_spool_waiting', 'Messages and notices that are not delivered yet.', figures => figures.spoolWaiting);
  gauge('parley_spool_oldest_seconds', 'Age of the oldest of them.', figures => figures.spoolOldestSeconds);
  gauge('parley_spool_dead_letters', 'Messages that nobody would take.', figures => figures.spoolDead);
  gauge('parley_spool_free_bytes', 'Free space where recordings are written.', figures => figures.spoolFreeBytes);
  gauge(
    'parley_delivery_backlog_seconds',
    'Recorded sound that waits to be encoded.',
    figures => figures.backlogSeconds,
  );
  gauge('parley_directory_mailboxes', 'Mailboxes in memory.', figures => figures.directoryMailboxes);
  gauge(
    'parley_directory_away_seconds',
    'How long calls have been answered from memory alone, because the database does not answer.',
    figures => figures.directoryAwaySeconds,
  );
  gauge(
    'parley_directory_stale_answers',
    'Answers since the start that may have been old, because the database did not answer.',
    figures => figures.directoryStale,
  );
  new Gauge({
    name: 'parley_sip_certificate_seconds',
    help: 'Until the certificate of SIP (sip.tls.certificate) expires; no value without TLS.',
    registers,
    collect() {
      const { certificateSeconds } = read();
      // A gauge begins with 0, which would be an alarm.
      if (certificateSeconds === undefined) this.remove();
      else this.set(certificateSeconds);
    },
  });
  const calls = new Counter({
    name: 'parley_calls_total',
    help: 'Calls that ended.',
    labelNames: ['type', 'outcome'],
    registers,
  });
  const refusals = new Counter({
    name: 'parley_refused_total',
    help: 'Requests turned away before they became calls.',
    labelNames: ['why'],
    registers,
  });
  const delivery = new Histogram({
    name: 'parley_delivery_seconds',
    help: 'End of the call to message in the mailbox.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600, 3600],
    registers,
  });
  return {
    registry,
    call: (type, outcome) => calls.inc({ type, outcome }),
    refused: why => refusals.inc({ why }),
    delivered: seconds => delivery.observe(seconds),
  };
}
