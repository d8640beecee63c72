import type { RuleAction } from '../../../contract/rule.js';
import type { Actor } from '../../kernel/actor.js';
import type { TicketPlan, TicketState } from '../tickets/ticketPlan.js';
import type { Knowledge } from './knowledge.js';
import type { RuleRow } from './rules.present.js';

type ActionOf<Kind extends RuleAction['kind']> = Extract<RuleAction, { kind: Kind }>;

/** What an action does, still to be written. */
export type Effect =
  | { readonly kind: 'CHANGE'; readonly plan: TicketPlan }
  | { readonly kind: 'COMMENT'; readonly content: string; readonly visibility: 'PUBLIC' | 'INTERNAL' }
  | { readonly kind: 'NOTIFY'; readonly people: readonly string[]; readonly note: string }
  | { readonly kind: 'SEND'; readonly webhookId: string }
  | { readonly kind: 'OPEN'; readonly draft: ActionOf<'OPEN_TICKET'> };

/** What changes while rules act one after the other. */
export interface Situation {
  /** The ticket as those before have left it; null for a rule that goes over none. */
  state: TicketState | null;
  /** By person, the points that they have got meanwhile. */
  readonly gained: Map<string, number>;
  /** How many actions may still be done. */
  budget: number;
}

export const aSituation = (state: TicketState | null, budget: number): Situation => ({
  state,
  gained: new Map(),
  budget,
});

/** Who acts, when, and upon what. */
export interface Acting {
  readonly rule: RuleRow;
  readonly actor: Actor;
  readonly at: Date;
  readonly know: Knowledge;
  readonly situation: Situation;
}
