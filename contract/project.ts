import { z } from 'zod';
import { autoAssigns, awayPolicies, projectStatuses, projectRoles } from './enums.js';
import {
  Day,
  ExpectedVersion,
  Id,
  Instant,
  listInput,
  listSort,
  longText,
  MemberSort,
  mutationInput,
  page,
  text,
} from './text.js';
import { limits } from './limits.js';
import { UserRole } from './user.js';

export { autoAssigns, awayPolicies, projectStatuses, projectRoles };
export const ProjectStatus = z.enum(projectStatuses);
export const AwayPolicy = z.enum(awayPolicies);
export type AwayPolicy = z.infer<typeof AwayPolicy>;
export const AutoAssign = z.enum(autoAssigns);
export type AutoAssign = z.infer<typeof AutoAssign>;
export const ProjectRole = z.enum(projectRoles);
export type ProjectRole = z.infer<typeof ProjectRole>;
export const ProjectKey = z.string().regex(/^[A-Z][A-Z0-9]{1,9}$/, 'is 2 to 10 of A-Z and 0-9, a letter first');

export const Project = z.object({
  id: Id,
  key: z.string(),
  name: z.string(),
  description: z.string(),
  ownerId: Id,
  status: ProjectStatus,
  startDate: Day.nullable(),
  endDate: Day.nullable(),
  isArchived: z.boolean(),
  awayPolicy: AwayPolicy,
  autoAssign: AutoAssign,
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Project = z.infer<typeof Project>;
/** `myRole` is null for an administrator who is not a member. */
export const ProjectDetail = Project.extend({ myRole: ProjectRole.nullable(), memberCount: z.int(), lastSeq: z.int() });
export type ProjectDetail = z.infer<typeof ProjectDetail>;
export const ProjectReply = Project.extend({ seq: z.int() });

export const Member = z.object({
  projectId: Id,
  userId: Id,
  name: z.string(),
  role: ProjectRole,
  userRole: UserRole,
  active: z.boolean(),
  createdAt: Instant,
});
export type Member = z.infer<typeof Member>;
export const MemberReply = Member.extend({ seq: z.int() });

const fields = {
  name: text(limits.nameLength),
  description: longText(),
  ownerId: Id,
  status: ProjectStatus,
  startDate: Day.nullable(),
  endDate: Day.nullable(),
  awayPolicy: AwayPolicy,
  autoAssign: AutoAssign,
};
export const ProjectSort = listSort(['key', 'name', 'createdAt', 'updatedAt']);
export const ListProjectsInput = listInput({
  status: z.array(ProjectStatus).max(projectStatuses.length).optional(),
  archived: z.boolean().optional(),
  sort: ProjectSort,
});
export const ProjectPage = page(Project);
/** By id or by key. */
export const GetProjectInput = z.union([z.strictObject({ projectId: Id }), z.strictObject({ key: ProjectKey })]);
export const CreateProjectInput = mutationInput({
  key: ProjectKey,
  name: fields.name,
  description: fields.description.default(''),
  ownerId: Id.optional(),
  status: ProjectStatus.default('ACTIVE'),
  startDate: fields.startDate.optional(),
  endDate: fields.endDate.optional(),
  awayPolicy: fields.awayPolicy.optional(),
  autoAssign: fields.autoAssign.optional(),
});
export const UpdateProjectInput = mutationInput({
  projectId: Id,
  patch: z.strictObject(fields).partial(),
  expectedVersion: ExpectedVersion,
});
export const ArchiveProjectInput = mutationInput({ projectId: Id, archived: z.boolean().default(true) });
export const ListMembersInput = listInput({ projectId: Id, role: ProjectRole.optional(), sort: MemberSort });
export const MemberPage = page(Member);
export const MemberInput = mutationInput({ projectId: Id, userId: Id, role: ProjectRole });
export const RemoveMemberInput = mutationInput({ projectId: Id, userId: Id });
