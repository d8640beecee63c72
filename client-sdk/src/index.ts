export { createClient, type BatonClient } from './client.js';
export type { Api } from './api.js';
export type { CallOptions } from './call.js';
export type { ClientOptions, ConnectionState, SessionState, WebSocketClass } from './options.js';
export { memoryStorage, webStorage, type SessionStorage, type StoredSession, type TextStorage } from './storage.js';
export { indexedDbQueue } from './queue/indexedDbQueue.js';
export { memoryQueue, type QueuedCall, type QueueStore } from './queue/queueStore.js';
export type { Queue, QueueConflict, QueuedMutation, QueueState, RefusedMutation } from './queue/queueState.js';
export type { ConflictingField } from './queue/edits.js';
export { BatonError, isBatonError } from './errors.js';
export type { Readable } from './store.js';
export type { OneTicket, OneTicketState } from './lists/oneTicket.js';
export type { ListStatus, View, ViewState } from './lists/sharedView.js';
export type { TicketList, TicketListState } from './lists/ticketList.js';
export type {
  EndHandlers,
  Live,
  LiveEvent,
  LiveHandlers,
  LiveItem,
  LivePresence,
  LiveReady,
  LiveResync,
  LiveStream,
  LiveTickets,
  TicketsHandlers,
  TicketsQuery,
  TicketsStream,
} from './live.js';
export {
  getAssignmentHistory,
  getAssignments,
  reassignTicket,
  removeAssignment,
  saveAssignments,
  type AssignmentHistoryFilter,
  type GetAssignmentsFilter,
  type ReassignTicketInput,
  type RemoveAssignmentInput,
  type SaveAssignmentsList,
} from './assignments.js';
export * from './shapes.js';
