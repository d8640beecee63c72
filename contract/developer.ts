import { z } from 'zod';
import {
  count,
  ExpectedVersion,
  Id,
  Instant,
  InstantInput,
  listInput,
  mutationInput,
  NameSort,
  page,
  text,
  wantedText,
} from './text.js';
import { limits } from './limits.js';

/** 1 knows of it … 5 teaches it. */
export const SkillLevel = z.int().min(1).max(5);
const DeveloperSkill = z.object({ skillId: Id, name: z.string(), level: SkillLevel });

/** The work profile of a user. `capacity` and `currentWorkload` in story points per period. */
export const Developer = z.object({
  id: Id,
  userId: Id,
  name: z.string(),
  title: z.string().nullable(),
  experienceYears: z.number(),
  availability: z.number(),
  capacity: count,
  currentWorkload: count,
  timezone: z.string(),
  outOfOfficeFrom: Instant.nullable(),
  outOfOfficeTo: Instant.nullable(),
  active: z.boolean(),
  skills: z.array(DeveloperSkill),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Developer = z.infer<typeof Developer>;

export const isTimeZone = (value: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};
const fields = {
  name: text(limits.nameLength),
  title: text(limits.nameLength).nullable(),
  experienceYears: z.number().min(0).max(80),
  availability: z.number().min(0).max(1),
  capacity: count,
  timezone: z.string().max(64).refine(isTimeZone, 'is not an IANA time zone'),
  outOfOfficeFrom: InstantInput.nullable(),
  outOfOfficeTo: InstantInput.nullable(),
  skills: z.array(z.strictObject({ skillId: Id, level: SkillLevel })).max(100),
};
export const ListDevelopersInput = listInput({
  projectId: Id.optional(),
  skillId: Id.optional(),
  active: z.boolean().optional(),
  text: wantedText().optional(),
  sort: NameSort,
});
export const DeveloperPage = page(Developer);
export const GetDeveloperInput = z.strictObject({ developerId: Id });
/** `skills`, when given, replaces the whole list. */
export const UpdateDeveloperInput = mutationInput({
  developerId: Id,
  patch: z.strictObject(fields).partial(),
  expectedVersion: ExpectedVersion,
});
