import type { Api } from '../index.js';
import { useMutation, type MutationOf } from './useMutation.js';

export const useCreateTicket = (): MutationOf<Api['tickets']['create']> => useMutation(({ tickets }) => tickets.create);
export const useUpdateTicket = (): MutationOf<Api['tickets']['update']> => useMutation(({ tickets }) => tickets.update);
export const useDeleteTicket = (): MutationOf<Api['tickets']['delete']> => useMutation(({ tickets }) => tickets.delete);
export const useClaimTicket = (): MutationOf<Api['assignments']['claim']> =>
  useMutation(({ assignments }) => assignments.claim);
export const useAssignTicket = (): MutationOf<Api['assignments']['assign']> =>
  useMutation(({ assignments }) => assignments.assign);
export const useCreateComment = (): MutationOf<Api['comments']['create']> =>
  useMutation(({ comments }) => comments.create);
