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
export const attachmentStates = ['PENDING', 'READY'] as const;
export const visibilities = ['PUBLIC', 'INTERNAL'] as const;
export const conversationKinds = ['TICKET', 'CHANNEL', 'DIRECT'] as const;
export const linkTypes = ['BLOCKS', 'DUPLICATES', 'RELATES', 'SPLIT_FROM', 'MERGED_INTO'] as const;
export const projectStatuses = ['PLANNED', 'ACTIVE', 'ON_HOLD', 'COMPLETED', 'CANCELLED'] as const;
export const projectRoles = ['LEAD', 'MEMBER', 'CUSTOMER'] as const;
export const userRoles = ['ADMIN', 'AGENT', 'CUSTOMER'] as const;
export const customFieldKinds = ['TEXT', 'NUMBER', 'BOOLEAN', 'DATE', 'SELECT'] as const;
export const bulkOutcomes = ['UPDATED', 'UNCHANGED', 'FAILED'] as const;
export const apiKeyScopes = ['read', 'write'] as const;
/** What a search finds, in the order in which it does. */
export const searchKinds = ['TICKET', 'COMMENT'] as const;
export const auditEntities = [
  ...(['USER', 'DEVELOPER', 'DEPARTMENT', 'SKILL', 'PROJECT', 'MEMBER', 'COMMENT', 'SESSION', 'API_KEY'] as const),
  ...(['PREFERENCE', 'VIEW', 'CUSTOM_FIELD', 'CONVERSATION', 'CONVERSATION_MEMBER', 'MESSAGE', 'ATTACHMENT'] as const),
] as const;
export const auditActions = [
  ...(['CREATED', 'UPDATED', 'DELETED', 'ROLE_CHANGED', 'ACTIVATED', 'DEACTIVATED', 'ARCHIVED', 'UNARCHIVED'] as const),
  ...(['REVOKED', 'PASSWORD_CHANGED'] as const),
] as const;
export const notificationKinds = ['MENTION', 'ASSIGNED', 'REPLY', 'DUE_SOON'] as const;
