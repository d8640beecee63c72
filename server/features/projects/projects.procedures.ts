import type { TRPCRouterRecord } from '@trpc/server';
import {
  ArchiveProjectInput,
  CreateProjectInput,
  GetProjectInput,
  ListMembersInput,
  ListProjectsInput,
  MemberInput,
  MemberPage,
  MemberReply,
  ProjectDetail,
  ProjectPage,
  ProjectReply,
  RemoveMemberInput,
  UpdateProjectInput,
} from '../../../contract/project.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { addMember } from './commands/addMember.js';
import { archiveProject } from './commands/archiveProject.js';
import { createProject } from './commands/createProject.js';
import { removeMember } from './commands/removeMember.js';
import { setMemberRole } from './commands/setMemberRole.js';
import { updateProject } from './commands/updateProject.js';
import { getProject, listMembers, listProjects } from './projects.queries.js';

export const projects = {
  list: actorProcedure
    .input(ListProjectsInput)
    .output(ProjectPage)
    .query(({ ctx, input }) => listProjects(ctx.deps, ctx.actor, input)),
  get: actorProcedure
    .input(GetProjectInput)
    .output(ProjectDetail)
    .query(({ ctx, input }) => getProject(ctx.deps, ctx.actor, input)),
  create: actorProcedure
    .input(CreateProjectInput)
    .output(ProjectReply)
    .mutation(({ ctx, input }) => createProject(ctx.deps, ctx.actor, input)),
  update: actorProcedure
    .input(UpdateProjectInput)
    .output(ProjectReply)
    .mutation(({ ctx, input }) => updateProject(ctx.deps, ctx.actor, input)),
  archive: actorProcedure
    .input(ArchiveProjectInput)
    .output(ProjectReply)
    .mutation(({ ctx, input }) => archiveProject(ctx.deps, ctx.actor, input)),
  members: {
    list: actorProcedure
      .input(ListMembersInput)
      .output(MemberPage)
      .query(({ ctx, input }) => listMembers(ctx.deps, ctx.actor, input)),
    add: actorProcedure
      .input(MemberInput)
      .output(MemberReply)
      .mutation(({ ctx, input }) => addMember(ctx.deps, ctx.actor, input)),
    setRole: actorProcedure
      .input(MemberInput)
      .output(MemberReply)
      .mutation(({ ctx, input }) => setMemberRole(ctx.deps, ctx.actor, input)),
    remove: actorProcedure
      .input(RemoveMemberInput)
      .output(MemberReply)
      .mutation(({ ctx, input }) => removeMember(ctx.deps, ctx.actor, input)),
  },
} satisfies TRPCRouterRecord;
