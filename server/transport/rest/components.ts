import { z } from 'zod';
import { NodeHealth, SubscriptionList } from '../../../contract/admin.js';
import { Assignment, AssignmentHistoryPage, AssignmentPage, AssignmentReply } from '../../../contract/assignment.js';
import {
  ApiKey,
  ApiKeyPage,
  CreatedApiKey,
  Done,
  Me,
  Session,
  SessionPage,
  TokenReply,
} from '../../../contract/auth.js';
import { Comment, CommentPage, CommentReply } from '../../../contract/comment.js';
import { Department, DepartmentPage } from '../../../contract/department.js';
import { Developer, DeveloperPage } from '../../../contract/developer.js';
import { errorCodes } from '../../../contract/errors.js';
import { Member, MemberPage, MemberReply, Project, ProjectDetail, ProjectPage } from '../../../contract/project.js';
import { Skill, SkillPage } from '../../../contract/skill.js';
import { Task, TaskPage, TaskReply } from '../../../contract/task.js';
import { Ticket, TicketDetail, TicketPage, TicketReply } from '../../../contract/ticket.js';
import { TicketCounts, TicketHistoryEntry, TicketHistoryPage } from '../../../contract/ticketInputs.js';
import { TimelinePage } from '../../../contract/timeline.js';
import { User, UserDetail, UserPage } from '../../../contract/user.js';
import type { JsonSchema } from './jsonSchema.js';

/** What a failed call answers with. */
const Failure = z.object({
  error: z.object({ code: z.enum(errorCodes), message: z.string(), details: z.record(z.string(), z.unknown()) }),
});

/** Shapes of answers that have a name of their own in the document, so that generated clients do. Others stand where they are used. */
const named: Readonly<Record<string, z.ZodType>> = {
  ApiKey,
  ApiKeyPage,
  Assignment,
  AssignmentHistoryPage,
  AssignmentPage,
  AssignmentReply,
  Comment,
  CommentPage,
  CommentReply,
  CreatedApiKey,
  Department,
  DepartmentPage,
  Developer,
  DeveloperPage,
  Done,
  Failure,
  Me,
  Member,
  MemberPage,
  MemberReply,
  NodeHealth,
  Project,
  ProjectDetail,
  ProjectPage,
  Session,
  SessionPage,
  Skill,
  SkillPage,
  SubscriptionList,
  Task,
  TaskPage,
  TaskReply,
  Ticket,
  TicketCounts,
  TicketDetail,
  TicketHistoryEntry,
  TicketHistoryPage,
  TicketPage,
  TicketReply,
  TimelinePage,
  TokenReply,
  User,
  UserDetail,
  UserPage,
};
const names = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(named)) names.add(schema, { id });

const REFERENCE = '#/components/schemas/';

/** An answer's schema. Fields may be added to answers, so none is said to be the last. */
function answerSchema(schema: z.ZodType): JsonSchema {
  const made = z.toJSONSchema(schema, {
    io: 'output',
    metadata: names,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'object') delete jsonSchema.additionalProperties;
    },
  });
  const text = JSON.stringify(made).replaceAll('"#/$defs/', `"${REFERENCE}`);
  const { $schema: _, $defs = {}, ...root } = JSON.parse(text) as JsonSchema;
  // What has a name stands among the definitions, also when it is the whole.
  const name = names.get(schema)?.id;
  const found = name === undefined ? root : (($defs as Record<string, JsonSchema>)[name] ?? root);
  const { id: __, ...rest } = found;
  return rest;
}

export const components: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
  Object.entries(named).map(([name, schema]) => [name, answerSchema(schema)]),
);

/** By its name, where it has one. */
export function answerSchemaOf(schema: z.ZodType): JsonSchema {
  const name = names.get(schema)?.id;
  return name === undefined ? answerSchema(schema) : referenceTo(name);
}

export const referenceTo = (name: string): JsonSchema => ({ $ref: `${REFERENCE}${name}` });

/** The schema that is referred to, or the schema itself. */
export function resolved(schema: JsonSchema): JsonSchema {
  const { $ref } = schema;
  return typeof $ref === 'string' ? (components[$ref.slice(REFERENCE.length)] ?? {}) : schema;
}
