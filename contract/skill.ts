import { z } from 'zod';
import { ExpectedVersion, Id, Instant, listInput, mutationInput, NameSort, page, text, wantedText } from './text.js';
import { limits } from './limits.js';

export const Skill = z.object({
  id: Id,
  name: z.string(),
  aliases: z.array(z.string()),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Skill = z.infer<typeof Skill>;

const fields = { name: text(limits.nameLength), aliases: z.array(text(limits.nameLength)).max(20) };
export const ListSkillsInput = listInput({
  text: wantedText().optional(),
  sort: NameSort,
});
export const SkillPage = page(Skill);
export const CreateSkillInput = mutationInput({ name: fields.name, aliases: fields.aliases.default([]) });
export const UpdateSkillInput = mutationInput({
  skillId: Id,
  patch: z.strictObject(fields).partial(),
  expectedVersion: ExpectedVersion,
});
