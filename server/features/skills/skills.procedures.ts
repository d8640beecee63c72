import type { TRPCRouterRecord } from '@trpc/server';
import { CreateSkillInput, ListSkillsInput, Skill, SkillPage, UpdateSkillInput } from '../../../contract/skill.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { createSkill } from './commands/createSkill.js';
import { updateSkill } from './commands/updateSkill.js';
import { listSkills } from './skills.queries.js';

export const skills = {
  list: actorProcedure
    .input(ListSkillsInput)
    .output(SkillPage)
    .query(({ ctx, input }) => listSkills(ctx.deps, ctx.actor, input)),
  create: actorProcedure
    .input(CreateSkillInput)
    .output(Skill)
    .mutation(({ ctx, input }) => createSkill(ctx.deps, ctx.actor, input)),
  update: actorProcedure
    .input(UpdateSkillInput)
    .output(Skill)
    .mutation(({ ctx, input }) => updateSkill(ctx.deps, ctx.actor, input)),
} satisfies TRPCRouterRecord;
