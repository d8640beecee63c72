export { BatonProvider, useBaton } from './BatonProvider.js';
export { useConnection, useQueue, useSession } from './useStates.js';
export { usePresence, useTicket, type Presence } from './useTicket.js';
export { useTickets } from './useTickets.js';
export { useMutation, type Mutation, type MutationOf, type MutationState } from './useMutation.js';
export {
  useAssignTicket,
  useClaimTicket,
  useCreateComment,
  useCreateTicket,
  useDeleteTicket,
  useUpdateTicket,
} from './mutations.js';
