import { describe, expect, it } from 'vitest';
import { ruleSentence } from '../../web/src/rules/ruleSentence.js';
import type { WorkflowRule } from '../../web/src/sdk.js';

type Said = Pick<WorkflowRule, 'trigger' | 'conditions' | 'actions'>;
const said = (rule: Said) => ruleSentence(rule, (id) => (id === 'ann' ? 'Ann' : undefined));

describe('a rule as a sentence', () => {
  it('says when, if and what', () => {
    const rule: Said = {
      trigger: { kind: 'EVENT', types: ['ticket.created', 'ticket.arrived'] },
      conditions: {
        match: 'ALL',
        of: [
          { field: 'priority', op: 'IS', value: ['URGENT', 'HIGH'] },
          {
            match: 'ANY',
            of: [
              { field: 'dueDate', op: 'EMPTY' },
              { field: 'title', op: 'CONTAINS', value: 'fire' },
            ],
          },
        ],
      },
      actions: [
        { kind: 'ASSIGN', to: { strategy: 'LEAST_LOADED' }, replace: false },
        { kind: 'NOTIFY', note: 'Look', people: ['ann'], assignees: false, watchers: true },
      ],
    };
    expect(said(rule)).toBe(
      'When a ticket is created or a ticket comes from another project and the priority is Urgent or High and (there is no due date or the title contains “fire”), assign it to who has the least to do and tell Ann and who watches it “Look”.',
    );
  });

  it('says what changes, and at what time', () => {
    const rule: Said = {
      trigger: { kind: 'SCHEDULE', cron: '0 9 * * 1', timezone: 'Europe/Berlin', over: 'TICKETS' },
      conditions: { match: 'ANY', of: [{ field: 'status', op: 'CHANGED', value: { from: ['OPEN'], to: ['REVIEW'] } }] },
      actions: [{ kind: 'SET', patch: { status: 'CLOSED', assigneeId: null } as object }],
    };
    expect(said(rule)).toBe(
      'At 0 9 * * 1 (Europe/Berlin), for each ticket and the status changes from Open to Review, set the status to Closed and the assignee to nothing.',
    );
  });
});
