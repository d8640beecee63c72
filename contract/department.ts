import { z } from 'zod';
import { ExpectedVersion, Id, Instant, listInput, longText, mutationInput, NameSort, page, text } from './text.js';
import { limits } from './limits.js';

export const defaultDepartments = ['Engineering', 'Support', 'Sales', 'Marketing', 'Finance', 'Operations'] as const;

export const Department = z.object({
  id: Id,
  name: z.string(),
  description: z.string(),
  active: z.boolean(),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Department = z.infer<typeof Department>;

const fields = { name: text(limits.nameLength), description: longText(), active: z.boolean() };
export const ListDepartmentsInput = listInput({
  active: z.boolean().optional(),
  sort: NameSort,
});
export const DepartmentPage = page(Department);
export const CreateDepartmentInput = mutationInput({
  name: fields.name,
  description: fields.description.default(''),
  active: fields.active.default(true),
});
export const UpdateDepartmentInput = mutationInput({
  departmentId: Id,
  patch: z.strictObject(fields).partial(),
  expectedVersion: ExpectedVersion,
});
export const DeleteDepartmentInput = mutationInput({ departmentId: Id });
