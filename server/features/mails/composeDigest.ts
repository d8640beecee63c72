import { withNames } from '../../../contract/notification.js';
import { groupBy } from '../../kernel/groupBy.js';
import { never } from '../../kernel/never.js';
import type { OutgoingMail } from '../../mail/mailer.js';
import type { Digest, DigestItem } from './digest.queries.js';

export interface Links {
  /** Of the board. */
  readonly publicUrl: string;
  readonly unsubscribeUrl: string;
}

const TITLE_MAX = 120;

/** People write what they like: no break, control or sign that reverses text gets out of its place in a line. */
const inLine = (text: string): string => text.replaceAll(/[\s\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ').trim();

const cut = (text: string, max: number): string => {
  const signs = Array.from(text);
  return signs.length <= max ? text : `${signs.slice(0, max - 1).join('')}…`;
};

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? '');

function sentenceOf({ kind, actorName, excerpt, dueOn }: DigestItem): string {
  const who = inLine(actorName ?? '') || 'Somebody';
  const words = excerpt === null ? '' : `: “${inLine(withNames(excerpt))}”`;
  switch (kind) {
    case 'ASSIGNED':
      return `${who} gave it to you`;
    case 'MENTION':
      return `${who} named you${words}`;
    case 'REPLY':
    case 'MESSAGE':
      return `${who} wrote${words}`;
    case 'RULE':
      return `A rule says${words}`;
    case 'DUE_SOON':
      return `It is due on ${dueOn ?? ''}`;
    case 'SLA_WARNED':
      return 'The time that was promised for it is running out';
    case 'SLA_BREACHED':
      return 'The time that was promised for it is over';
    case 'WEBHOOK_DISABLED':
      return 'The webhook was turned off: nothing gets through to it';
    default:
      return never(kind);
  }
}

interface Section {
  readonly heading: string;
  readonly url: string;
  readonly sentences: readonly string[];
}

/** One for each ticket or conversation, in the order in which they were first told of. */
const sectionsOf = (items: readonly DigestItem[], { publicUrl }: Links): Section[] =>
  [...groupBy(items, ({ place }) => place.id).values()].flatMap((group) =>
    group.slice(0, 1).map(({ place: { name, path } }) => ({
      heading: inLine(name ?? 'Messages to you'),
      url: `${publicUrl}/#${path}`,
      sentences: group.map(sentenceOf),
    })),
  );

function subjectOf(sections: readonly Section[]): string {
  const first = cut(sections[0]?.heading ?? '', TITLE_MAX);
  const others = sections.length - 1;
  return others === 0 ? first : `${first}, and ${others} more`;
}

const WHY = 'You are told this by e-mail because nothing showed that you had seen it.';
const MORE = 'There is more:';
const STOP = 'No more e-mails:';

const textOf = (sections: readonly Section[], isCut: boolean, { publicUrl, unsubscribeUrl }: Links): string =>
  [
    ...sections.map(({ heading, url, sentences }) =>
      [heading, url, ...sentences.map((sentence) => `- ${sentence}`)].join('\n'),
    ),
    ...(isCut ? [`${MORE} ${publicUrl}/`] : []),
    `-- \n${WHY}\n${STOP} ${unsubscribeUrl}\n`,
  ].join('\n\n');

function htmlOf(sections: readonly Section[], isCut: boolean, { publicUrl, unsubscribeUrl }: Links): string {
  const parts = sections.map(
    ({ heading, url, sentences }) =>
      `<p><a href="${escaped(url)}"><b>${escaped(heading)}</b></a></p>
<ul>${sentences.map((sentence) => `<li>${escaped(sentence)}</li>`).join('\n')}</ul>`,
  );
  const more = isCut ? `<p><a href="${escaped(publicUrl)}/">${MORE}</a></p>\n` : '';
  return `<!doctype html><html lang="en"><body>
${parts.join('\n')}
${more}<hr><p>${WHY} <a href="${escaped(unsubscribeUrl)}">No more e-mails</a></p>
</body></html>
`;
}

/** The mail that tells this: as text, and as simple HTML. Whatever people wrote stays text. */
export function composeDigest(id: string, { to, items, isCut }: Digest, links: Links): OutgoingMail {
  const sections = sectionsOf(items, links);
  return {
    id,
    to: { name: inLine(to.name), address: to.address },
    subject: subjectOf(sections),
    text: textOf(sections, isCut, links),
    html: htmlOf(sections, isCut, links),
    unsubscribeUrl: links.unsubscribeUrl,
  };
}
