/** What a ticket is made with where its maker says nothing. Apart from the schemas, so that a browser can have it alone. */
export const newTicket = {
  type: 'TICKET',
  description: '',
  status: 'OPEN',
  priority: 'MEDIUM',
  category: 'GENERAL',
} as const;
