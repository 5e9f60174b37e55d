import type { Kind } from '@parley/schema';
import type { KindRules } from './rule.ts';
import { umAutoAttendant } from './um-auto-attendant.ts';
import { umCallAnsweringRule } from './um-call-answering-rule.ts';
import { umDialPlan } from './um-dial-plan.ts';
import { umHuntGroup } from './um-hunt-group.ts';
import { umIPGateway } from './um-ip-gateway.ts';
import { umMailbox } from './um-mailbox.ts';
import { umMailboxPolicy } from './um-mailbox-policy.ts';
import { umContact, umDistributionGroup } from './um-people.ts';
import { umPrompt } from './um-prompt.ts';
import { umCallRouterSettings, umService } from './um-service.ts';

/** What is particular about the objects of unified messaging. What a person does for it is joined with communications by `index.ts`. */
export const umRules = {
  Contact: umContact,
  DistributionGroup: umDistributionGroup,
  UMDialPlan: umDialPlan,
  UMMailboxPolicy: umMailboxPolicy,
  UMIPGateway: umIPGateway,
  UMHuntGroup: umHuntGroup,
  UMMailbox: umMailbox,
  UMAutoAttendant: umAutoAttendant,
  UMCallAnsweringRule: umCallAnsweringRule,
  UMPrompt: umPrompt,
  UMService: umService,
  UMCallRouterSettings: umCallRouterSettings,
} as const satisfies { readonly [K in Kind]?: KindRules<K> };
