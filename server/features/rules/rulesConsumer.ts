import { ruleEvents } from '../../../contract/enums.js';
import type { LogConsumer } from '../../realtime/consumers/logConsumer.js';
import type { Deps } from '../deps.js';
import { runRules } from './runRules.js';

/** Rules act upon what happened after its commit, one event after the other: nobody's change waits for them. */
export const rulesConsumer = (deps: Deps): LogConsumer => ({
  name: 'rules',
  types: ruleEvents,
  interest:
    'EXISTS (SELECT 1 FROM workflow_rules r WHERE r.project_id = c.project_id AND r.active AND r.deleted_at IS NULL)',
  handle: (unit, entry) => runRules(deps, unit, entry),
  handled: () => {
    deps.placeSoon();
    deps.webhooksSoon();
  },
});
