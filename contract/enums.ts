/** The words of each enumeration and nothing else, so that a browser can have them alone. Each noun exports its own too. */
export const ticketTypes = ['TICKET', 'TASK', 'DISCREPANCY'] as const;
export const ticketStatuses = ['OPEN', 'IN_PROGRESS', 'REVIEW', 'RESOLVED', 'CLOSED'] as const;
export const priorities = ['LOW', 'MEDIUM', 'HIGH', 'URGENT'] as const;
export const categories = ['TECHNICAL', 'BILLING', 'GENERAL', 'FEATURE_REQUEST', 'BUG_REPORT'] as const;
export const waitingOns = ['CUSTOMER', 'THIRD_PARTY'] as const;
export const assignmentStates = ['PENDING', 'ASSIGNED', 'COMPLETED', 'REJECTED'] as const;
export const ticketSorts = ['updatedAt', 'createdAt', 'priority', 'dueDate'] as const;
export const assignmentTypes = ['AI', 'MANUAL', 'REASSIGNED', 'CLAIMED', 'RULE'] as const;
export const assignmentStatuses = ['ACTIVE', 'REJECTED', 'REMOVED', 'COMPLETED'] as const;
export const assignmentActions = ['CREATED', 'REASSIGNED', 'REMOVED', 'REJECTED', 'COMPLETED'] as const;
export const proposalStates = ['PROPOSED', 'APPROVED', 'REJECTED', 'STALE'] as const;
export const attachmentStates = ['PENDING', 'READY'] as const;
export const visibilities = ['PUBLIC', 'INTERNAL'] as const;
export const conversationKinds = ['TICKET', 'CHANNEL', 'DIRECT'] as const;
export const linkTypes = ['BLOCKS', 'DUPLICATES', 'RELATES', 'SPLIT_FROM', 'MERGED_INTO'] as const;
export const projectStatuses = ['PLANNED', 'ACTIVE', 'ON_HOLD', 'COMPLETED', 'CANCELLED'] as const;
/** What becomes of the unfinished tickets of somebody who is away. Whoever may hold none at all keeps none, whatever it says. */
export const awayPolicies = ['KEEP', 'UNASSIGN', 'REPROPOSE'] as const;
/** What the planner does with a new ticket that nobody has. */
export const autoAssigns = ['OFF', 'PROPOSE', 'ASSIGN'] as const;
/** Why the system is to find somebody for a ticket. */
export const placingCauses = ['CREATED', 'FREED'] as const;
/** Why a reader of the event log went on without some events: it failed at them, or they were forgotten before it came to them. */
export const putAsideReasons = ['FAILED', 'MISSED'] as const;
export const projectRoles = ['LEAD', 'MEMBER', 'CUSTOMER'] as const;
export const userRoles = ['ADMIN', 'AGENT', 'CUSTOMER'] as const;
export const customFieldKinds = ['TEXT', 'NUMBER', 'BOOLEAN', 'DATE', 'SELECT'] as const;
export const bulkOutcomes = ['UPDATED', 'UNCHANGED', 'FAILED'] as const;
export const apiKeyScopes = ['read', 'write'] as const;
/** What a search finds, in the order in which it does. */
export const searchKinds = ['TICKET', 'COMMENT', 'MESSAGE'] as const;
export const auditEntities = [
  ...(['USER', 'DEVELOPER', 'DEPARTMENT', 'SKILL', 'PROJECT', 'MEMBER', 'COMMENT', 'SESSION', 'API_KEY'] as const),
  ...(['PREFERENCE', 'VIEW', 'CUSTOM_FIELD', 'CONVERSATION', 'CONVERSATION_MEMBER', 'MESSAGE', 'ATTACHMENT'] as const),
  ...(['ASSIGNMENT_RUN', 'PROPOSAL', 'VALIDATION', 'VALIDATION_SHARE', 'DISCREPANCY', 'RULE', 'SLA_POLICY'] as const),
  ...(['WEBHOOK', 'INCOMING_WEBHOOK', 'WEBHOOK_DELIVERY'] as const),
] as const;
export const auditActions = [
  ...(['CREATED', 'UPDATED', 'DELETED', 'ROLE_CHANGED', 'ACTIVATED', 'DEACTIVATED', 'ARCHIVED', 'UNARCHIVED'] as const),
  ...(['REVOKED', 'PASSWORD_CHANGED'] as const),
] as const;
export const notificationKinds = [
  ...(['MENTION', 'ASSIGNED', 'REPLY', 'DUE_SOON', 'MESSAGE', 'SLA_WARNED', 'SLA_BREACHED', 'RULE'] as const),
  ...(['WEBHOOK_DISABLED'] as const),
] as const;
export const slaKinds = ['FIRST_RESPONSE', 'RESOLVE'] as const;
/** How a promise stands, by what is written of it: `BREACHED` before all else, then `MET` (it has ended in time), `PAUSED`, `WARNED`, and else `RUNNING`. */
export const slaStates = ['RUNNING', 'PAUSED', 'WARNED', 'BREACHED', 'MET'] as const;
export const weekdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
export const planStrategies = ['OPTIMAL', 'GREEDY', 'ROUND_ROBIN', 'LEAST_LOADED'] as const;
/** `OPTIMAL` is proven; `FEASIBLE` comes with the gap to a proven bound; `HEURISTIC` promises nothing. */
export const planOutcomes = ['OPTIMAL', 'FEASIBLE', 'HEURISTIC'] as const;
/** In the order in which they are asked. */
export const planConstraints = ['ACTIVE', 'MEMBER', 'SKILL', 'PRESENT', 'NOT_REJECTED', 'CAPACITY'] as const;
/** Facts of a person that a choice can turn on. */
export const planFacts = ['WORKLOAD', 'SKILL_LEVEL', 'EXPERIENCE', 'ABSENCE', 'REJECTION', 'MEMBERSHIP'] as const;

export const validationStatuses = ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;
export const validationSorts = ['createdAt', 'updatedAt', 'name', 'fidelityScore'] as const;
export const validationLogLevels = ['INFO', 'WARN', 'ERROR'] as const;
export const sharePermissions = ['VIEW', 'EDIT'] as const;
/** What was compared: shapes of tables, numbers of rows, rows field by field, what queries answer, or something else. */
export const validationResultKinds = ['STRUCTURE', 'COUNT', 'DATA', 'BEHAVIOR', 'OTHER'] as const;
export const validationResultStatuses = ['PASSED', 'FAILED', 'SKIPPED'] as const;
export const discrepancyTypes = [
  ...(['MISSING', 'UNEXPECTED', 'VALUE', 'TYPE', 'STRUCTURE', 'COUNT', 'BEHAVIOR', 'OTHER'] as const),
] as const;
export const severities = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export const discrepancyStatuses = ['OPEN', 'TICKETED', 'RESOLVED', 'WAIVED'] as const;
/** What of a project can set off a rule. */
export const ruleEvents = [
  ...(['ticket.created', 'ticket.updated', 'ticket.assigned', 'ticket.unassigned', 'ticket.restored'] as const),
  ...(['ticket.arrived', 'ticket.slaWarned', 'ticket.slaBreached', 'comment.created', 'attachment.added'] as const),
] as const;
/** What a scheduled rule goes over: the tickets that it is about, or the project alone. */
export const ruleScopes = ['TICKETS', 'PROJECT'] as const;
export const ruleStrategies = ['PERSON', 'LEAST_LOADED', 'ROUND_ROBIN'] as const;
/** `FAILED`: something of it could not be done. `STOPPED`: it went round in circles, or did too much. */
export const runOutcomes = ['DONE', 'FAILED', 'STOPPED'] as const;
/** `CANCELLED`: what it told of may not be told any more. */
export const deliveryStatuses = ['PENDING', 'DELIVERED', 'FAILED', 'CANCELLED'] as const;
/** Why the system turned a webhook off: nothing got through for days, or its receiver said that it is gone. */
export const webhookFailures = ['FAILING', 'GONE'] as const;
/** Systems that can tell Baton of what happens there. */
export const incomingKinds = ['GITHUB'] as const;
/** What became of what an incoming webhook was told. `STALE`: something newer came before. */
export const incomingOutcomes = ['CREATED', 'UPDATED', 'UNCHANGED', 'STALE', 'IGNORED', 'REFUSED'] as const;
