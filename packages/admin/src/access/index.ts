import type { Access } from '../http/guard.ts';
import type { Action } from '../run/ports.ts';
import { AccessDesk, type AccessOptions } from './access.ts';
import { accessRoutes } from './access-routes.ts';

/** Who may come in by HTTPS, and what cmdlets do about it. */
export interface AccessDoor extends Access {
  /** For `actions` of `createAdmin`. */
  readonly actions: Readonly<Record<string, Action>>;
  /** A link that makes the first administrator, once, within a day; undefined when there is one already. */
  setupLink(): Promise<string | undefined>;
}

/** Makes the door's lock. */
export function createAccess(options: AccessOptions): AccessDoor {
  const desk = new AccessDesk(options);
  return {
    actions: desk.actions,
    authenticate: request => desk.authenticate(request),
    routes: app => accessRoutes(app, desk),
    setupLink: () => desk.setUp.link(options.origin),
  };
}
