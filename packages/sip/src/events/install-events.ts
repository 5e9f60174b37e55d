import { Bug } from '@parley/base';
import type { Core } from '../core/core.ts';
import type { EventsOptions } from './events.ts';
import { receiveNotify, receiveUnsolicited } from './receive-notify.ts';
import { receiveRefer } from './receive-refer.ts';
import { REFER, receiveResubscribe, receiveSubscribe } from './receive-subscribe.ts';

/** Adds to a user agent what its application does of RFC 6665 and RFC 3515, and to Allow, Supported and Allow-Events what is true. */
export function installEvents(core: Core, options: EventsOptions): void {
  installNotify(core, options);
  installRefer(core, options);
  const packages = new Map((options.packages ?? []).map(one => [one.name, one]));
  for (const name of packages.keys()) core.eventPackages.add(name);
  if (core.eventPackages.size === 0) return;
  core.methods.add('SUBSCRIBE');
  core.handlers.set('SUBSCRIBE', exchange => receiveSubscribe(core, packages, exchange));
  core.dialogHandlers.set('SUBSCRIBE', (exchange, host) => receiveResubscribe(core, exchange, host));
}

function installNotify(core: Core, { onNotify }: EventsOptions): void {
  core.methods.add('NOTIFY');
  core.dialogHandlers.set('NOTIFY', (exchange, host) => receiveNotify(core, exchange, host));
  if (onNotify) core.handlers.set('NOTIFY', exchange => receiveUnsolicited(core, onNotify, exchange));
}

function installRefer(core: Core, { onRefer }: EventsOptions): void {
  if (!onRefer) return;
  core.methods.add('REFER');
  core.extensions.add('norefersub');
  core.eventPackages.add(REFER);
  core.handlers.set('REFER', exchange => receiveRefer(core, exchange, { handler: onRefer }));
  core.dialogHandlers.set('REFER', (exchange, host) =>
    receiveRefer(core, exchange, { handler: host.referHandler ?? onRefer, host }),
  );
}

/** A user agent that subscribes or refers must take the NOTIFYs. Throws `Bug` when it does not. */
export function eventful(core: Core): Core {
  if (!core.methods.has('NOTIFY')) throw new Bug('a user agent without `events` neither subscribes nor refers');
  return core;
}
