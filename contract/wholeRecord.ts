import { z } from 'zod';

/** zod leaves the key `__proto__` out of records without a word: who sends one would be told that all of it was taken. */
export const wholeRecord = <Record extends z.ZodType>(record: Record): Record =>
  z.preprocess((value, context) => {
    if (typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__'))
      context.addIssue({ code: 'custom', message: 'has a field called __proto__', input: value });
    return value;
  }, record) as unknown as Record;
