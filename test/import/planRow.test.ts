import { describe, expect, it } from 'vitest';
import type { TicketStatus } from '../../contract/ticket.js';
import { planRow, type CaseState } from '../../server/cli/import/planRow.js';

const state = (status: TicketStatus, holder: string | null, last: string | null = holder): CaseState => ({
  ticketId: 't',
  status,
  holding: holder === null ? null : { assignmentId: 'a', userId: holder },
  lastHolderId: last,
});
const steps = (before: CaseState | null, personId: string | null, status: TicketStatus | null) =>
  planRow(before, { personId, status }).map((step) =>
    [step.kind, 'status' in step ? step.status : '', 'personId' in step ? step.personId : ''].filter(Boolean).join(' '),
  );

describe('the commands of a row', () => {
  it.each<[string, CaseState | null, string | null, TicketStatus | null, string[]]>([
    ['a first row creates', null, 'Bo', 'IN_PROGRESS', ['create IN_PROGRESS Bo']],
    ['a first row without a status creates an open ticket', null, 'Bo', null, ['create OPEN Bo']],
    ['a first row that closes is held first', null, 'Bo', 'CLOSED', ['create RESOLVED Bo', 'status CLOSED']],
    ['a first row that closes and names nobody is closed at once', null, null, 'CLOSED', ['create CLOSED']],
    ['the same again does nothing', state('OPEN', 'Bo'), 'Bo', 'OPEN', []],
    ['nobody and nothing does nothing', state('OPEN', 'Bo'), null, null, []],
    ['another person takes over', state('OPEN', 'Bo'), 'Cy', null, ['hand Cy']],
    ['another person closes as the holder', state('OPEN', 'Bo'), 'Cy', 'CLOSED', ['hand Cy', 'status CLOSED']],
    ['who is named first holds it', state('OPEN', null), 'Cy', 'OPEN', ['hand Cy']],
    ['closed again by the same does nothing', state('CLOSED', null, 'Bo'), 'Bo', 'CLOSED', []],
    ['reopened by the same', state('CLOSED', null, 'Bo'), 'Bo', 'OPEN', ['status OPEN', 'hand Bo']],
    ['reopened by another', state('CLOSED', null, 'Bo'), 'Cy', 'OPEN', ['status OPEN', 'hand Cy']],
    ['reopened by nobody', state('CLOSED', null, 'Bo'), null, 'OPEN', ['status OPEN']],
    [
      'closed again by another',
      state('CLOSED', null, 'Bo'),
      'Cy',
      'CLOSED',
      ['reopen RESOLVED', 'hand Cy', 'status CLOSED'],
    ],
    [
      'handed over while closed',
      state('CLOSED', null, 'Bo'),
      'Cy',
      null,
      ['reopen RESOLVED', 'hand Cy', 'status CLOSED'],
    ],
  ])('%s', (_, before, person, status, expected) => {
    expect(steps(before, person, status)).toEqual(expected);
  });
});
