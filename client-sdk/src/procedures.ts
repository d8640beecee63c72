import type { z } from 'zod';
import type * as assignment from '../../contract/assignment.js';
import type * as auth from '../../contract/auth.js';
import type * as comment from '../../contract/comment.js';
import type * as department from '../../contract/department.js';
import type * as developer from '../../contract/developer.js';
import type * as project from '../../contract/project.js';
import type * as skill from '../../contract/skill.js';
import type * as task from '../../contract/task.js';
import type * as ticket from '../../contract/ticket.js';
import type * as inputs from '../../contract/ticketInputs.js';
import type * as timeline from '../../contract/timeline.js';
import type * as user from '../../contract/user.js';

// Stands in for the server's router until that is written; then this file is one line.
interface Def<Type, In extends z.ZodType, Out extends z.ZodType> {
  _def: { type: Type; $types: { input: z.input<In>; output: z.output<Out> } };
}
type Q<In extends z.ZodType, Out extends z.ZodType> = Def<'query', In, Out>;
type M<In extends z.ZodType, Out extends z.ZodType> = Def<'mutation', In, Out>;
type Nothing = z.ZodOptional<z.ZodUndefined>;

export interface Procedures {
  auth: {
    me: Q<Nothing, typeof auth.Me>;
    changePassword: M<typeof auth.ChangePasswordInput, typeof auth.TokenReply>;
    sessions: {
      list: Q<Nothing, z.ZodObject<{ items: z.ZodArray<typeof auth.Session> }>>;
      revoke: M<typeof auth.RevokeSessionInput, typeof auth.Done>;
    };
    apiKeys: {
      create: M<typeof auth.CreateApiKeyInput, typeof auth.CreatedApiKey>;
      list: Q<Nothing, z.ZodObject<{ items: z.ZodArray<typeof auth.ApiKey> }>>;
      revoke: M<typeof auth.RevokeApiKeyInput, typeof auth.Done>;
    };
  };
  users: {
    list: Q<typeof user.ListUsersInput, typeof user.UserPage>;
    get: Q<typeof user.GetUserInput, typeof user.UserDetail>;
    create: M<typeof user.CreateUserInput, typeof user.User>;
    update: M<typeof user.UpdateUserInput, typeof user.User>;
    setRole: M<typeof user.SetUserRoleInput, typeof user.User>;
    deactivate: M<typeof user.UserIdInput, typeof user.User>;
    activate: M<typeof user.UserIdInput, typeof user.User>;
  };
  departments: {
    list: Q<typeof department.ListDepartmentsInput, typeof department.DepartmentPage>;
    create: M<typeof department.CreateDepartmentInput, typeof department.Department>;
    update: M<typeof department.UpdateDepartmentInput, typeof department.Department>;
    delete: M<typeof department.DeleteDepartmentInput, typeof auth.Done>;
  };
  projects: {
    list: Q<typeof project.ListProjectsInput, typeof project.ProjectPage>;
    get: Q<typeof project.GetProjectInput, typeof project.ProjectDetail>;
    create: M<typeof project.CreateProjectInput, typeof project.ProjectReply>;
    update: M<typeof project.UpdateProjectInput, typeof project.ProjectReply>;
    archive: M<typeof project.ArchiveProjectInput, typeof project.ProjectReply>;
    members: {
      list: Q<typeof project.ListMembersInput, typeof project.MemberPage>;
      add: M<typeof project.MemberInput, typeof project.MemberReply>;
      setRole: M<typeof project.MemberInput, typeof project.MemberReply>;
      remove: M<typeof project.RemoveMemberInput, typeof project.MemberReply>;
    };
  };
  developers: {
    list: Q<typeof developer.ListDevelopersInput, typeof developer.DeveloperPage>;
    get: Q<typeof developer.GetDeveloperInput, typeof developer.Developer>;
    update: M<typeof developer.UpdateDeveloperInput, typeof developer.Developer>;
  };
  skills: {
    list: Q<typeof skill.ListSkillsInput, typeof skill.SkillPage>;
    create: M<typeof skill.CreateSkillInput, typeof skill.Skill>;
    update: M<typeof skill.UpdateSkillInput, typeof skill.Skill>;
  };
  tickets: {
    list: Q<typeof inputs.ListTicketsInput, typeof ticket.TicketPage>;
    get: Q<typeof inputs.GetTicketInput, typeof ticket.TicketDetail>;
    create: M<typeof inputs.CreateTicketInput, typeof ticket.TicketReply>;
    update: M<typeof inputs.UpdateTicketInput, typeof ticket.TicketReply>;
    delete: M<typeof inputs.DeleteTicketInput, typeof ticket.TicketReply>;
    restore: M<typeof inputs.RestoreTicketInput, typeof ticket.TicketReply>;
    search: Q<typeof inputs.SearchTicketsInput, typeof ticket.TicketPage>;
    counts: Q<typeof inputs.TicketCountsInput, typeof inputs.TicketCounts>;
    timeline: Q<typeof inputs.TicketTimelineInput, typeof timeline.TimelinePage>;
    history: Q<typeof inputs.TicketHistoryInput, typeof inputs.TicketHistoryPage>;
  };
  tasks: {
    list: Q<typeof task.ListTasksInput, typeof task.TaskPage>;
    get: Q<typeof task.GetTaskInput, typeof task.Task>;
    create: M<typeof task.CreateTaskInput, typeof task.TaskReply>;
    update: M<typeof task.UpdateTaskInput, typeof task.TaskReply>;
    delete: M<typeof task.DeleteTaskInput, typeof task.TaskReply>;
  };
  assignments: {
    list: Q<typeof assignment.ListAssignmentsInput, typeof assignment.AssignmentPage>;
    assign: M<typeof assignment.AssignInput, typeof assignment.AssignmentReply>;
    claim: M<typeof assignment.ClaimInput, typeof assignment.AssignmentReply>;
    reassign: M<typeof assignment.ReassignInput, typeof assignment.AssignmentReply>;
    remove: M<typeof assignment.RemoveAssignmentInput, typeof assignment.AssignmentReply>;
    history: Q<typeof assignment.AssignmentHistoryInput, typeof assignment.AssignmentHistoryPage>;
    save: M<typeof assignment.SaveAssignmentsInput, typeof assignment.SaveAssignmentsReply>;
  };
  comments: {
    list: Q<typeof comment.ListCommentsInput, typeof comment.CommentPage>;
    create: M<typeof comment.CreateCommentInput, typeof comment.CommentReply>;
    update: M<typeof comment.UpdateCommentInput, typeof comment.CommentReply>;
    delete: M<typeof comment.DeleteCommentInput, typeof comment.CommentReply>;
  };
}
