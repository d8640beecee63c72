import { z } from 'zod';
import { isTimeZone } from './developer.js';
import { weekdays } from './enums.js';
import { limits } from './limits.js';
import {
  count,
  Day,
  ExpectedVersion,
  Id,
  Instant,
  listInput,
  mutationInput,
  page,
  PositionSort,
  text,
} from './text.js';
import { Category, Priority } from './ticket.js';

export { weekdays };
export const Weekday = z.enum(weekdays);
export type Weekday = z.infer<typeof Weekday>;

/** What a wall clock shows, from `00:00` to `24:00`. */
const TimeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'looks like 09:30');

/** From `from` until `to`, on the same day or, when `to` is not later, over midnight. */
export const SlaHours = z
  .strictObject({ day: Weekday, from: TimeOfDay, to: TimeOfDay })
  .refine(({ from, to }) => from !== to && from !== '24:00', 'ends where it begins');

/**
 * When work is done, by the wall clocks of a time zone. An hour that they show twice counts twice, one that they skip does not. `hours` null:
 * round the clock. A holiday is closed from midnight to midnight.
 */
export const SlaCalendar = z.strictObject({
  timeZone: z.string().max(64).refine(isTimeZone, 'is not an IANA time zone'),
  hours: z.array(SlaHours).min(1).max(limits.slaHoursMax).nullable().default(null),
  holidays: z.array(Day).max(limits.slaHolidaysMax).default([]),
});
export type SlaCalendar = z.output<typeof SlaCalendar>;

/**
 * What a project promises for its tickets, but tasks. Of several that fit a ticket the one that names both priority and category goes before one that
 * names one of them, then the lower `position`. Targets are minutes of the calendar; `warnFraction` is the part of them that has gone by when it is warned.
 */
export const SlaPolicy = z.object({
  id: Id,
  projectId: Id,
  name: z.string(),
  priorities: z.array(Priority).nullable(),
  categories: z.array(Category).nullable(),
  firstResponseMinutes: count.nullable(),
  resolveMinutes: count.nullable(),
  warnFraction: z.number(),
  calendar: SlaCalendar,
  position: count,
  active: z.boolean(),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type SlaPolicy = z.infer<typeof SlaPolicy>;

const minutes = z.int().min(1).max(limits.slaMinutesMax);
const fields = {
  name: text(limits.nameLength),
  priorities: z.array(Priority).min(1).max(10).nullable(),
  categories: z.array(Category).min(1).max(10).nullable(),
  firstResponseMinutes: minutes.nullable(),
  resolveMinutes: minutes.nullable(),
  warnFraction: z.number().min(0.01).max(0.99),
  calendar: SlaCalendar,
  position: count,
  active: z.boolean(),
};
/** Clocks that run keep the terms that they began with, unless this is said: then unfinished tickets are given what holds now, soon, from when they were made. */
const reapply = z.boolean().default(false);

export const ListSlaPoliciesInput = listInput({ projectId: Id, sort: PositionSort });
export const SlaPolicyPage = page(SlaPolicy);
/** `position` defaults to behind all others. */
export const CreateSlaPolicyInput = mutationInput({
  projectId: Id,
  name: fields.name,
  priorities: fields.priorities.default(null),
  categories: fields.categories.default(null),
  firstResponseMinutes: fields.firstResponseMinutes.default(null),
  resolveMinutes: fields.resolveMinutes.default(null),
  warnFraction: fields.warnFraction.default(0.8),
  calendar: fields.calendar,
  position: fields.position.optional(),
  reapply,
});
export type CreateSlaPolicyInput = z.output<typeof CreateSlaPolicyInput>;
/** `calendar` replaces the one there was. */
export const UpdateSlaPolicyInput = mutationInput({
  policyId: Id,
  patch: z.strictObject(fields).partial(),
  reapply,
  expectedVersion: ExpectedVersion,
});
export type UpdateSlaPolicyInput = z.output<typeof UpdateSlaPolicyInput>;
export const DeleteSlaPolicyInput = mutationInput({ policyId: Id, reapply });
