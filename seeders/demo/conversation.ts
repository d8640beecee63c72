import type { Random } from '../support/random.js';

/** What colleagues answer first, what customers reply, what stays among the team. */
const answers = [
  'Thank you for the report. I can reproduce it and will keep you posted.',
  'I have looked at the log: it started with the change of last night. We are on it.',
  'Could you tell me the exact time when you saw this last? That narrows it down a lot.',
  'Thanks! This belongs to our team, I have taken it over.',
  'A first fix is in place. Please try again and tell me what you see.',
  'This is planned. I have noted your case with it, so you will hear from us when it is there.',
];
const replies = [
  'It happened again this morning at about nine.',
  'Great, thank you. It works for me now.',
  'The colleague who knows more is back on Monday. Can it wait until then?',
  'Any news? Two more people have asked me today.',
  'Sorry for the wait: it was the second browser, not the first.',
];
const notes = [
  'Same cause as the one from last week, I think. Compare the request ids before you dig.',
  'Their contract includes this, no need to ask sales.',
  'Talked on the phone, they are fine with tomorrow.',
  'I would rather not touch the old importer for this. Let us speak at stand-up.',
  'Logs are on the share, folder of today.',
];
export const handoverReasons = [
  'Out for the rest of the week',
  'Knows this part better',
  'Balances the load',
  'Started it last month',
] as const;

export const answer = (random: Random): string => random.pick(answers);
export const reply = (random: Random): string => random.pick(replies);
export const note = (random: Random): string => random.pick(notes);
