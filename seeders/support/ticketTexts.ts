import type { z } from 'zod';
import type { Category } from '../../contract/ticket.js';
import type { Random } from './random.js';

type CategoryName = z.infer<typeof Category>;

/** A report as a customer or colleague would word it; words in braces come from {@link words}. */
export type Template = readonly [title: string, description: string];

const technical: readonly Template[] = [
  [
    '{page} takes {seconds} seconds to load',
    'Since the update on {weekday} the {page} needs about {seconds} seconds. Other pages are fine. {browser}, wired network.',
  ],
  [
    'VPN drops every {minutes} minutes at {customer}',
    'Their gateway logs "peer not responding" and reconnects by itself. It began after the provider changed the router on {weekday}.',
  ],
  [
    'Cannot sign in after changing the password',
    'The new password is refused on the {page}, the old one as well. The reset mail arrives, its link says it has been used. Account of {customer}.',
  ],
  [
    'Nightly backup of {server} ran into its time limit',
    'The job stopped after {hours} hours with {percent} % done. The disk of {server} is {percent} % full, so retention may not have cleaned up.',
  ],
  [
    'Mail from {customer} lands in quarantine',
    'All messages from their domain are held back since {weekday}. SPF passes, DKIM fails on the second signature.',
  ],
  [
    'Certificate of {server} expires in {days} days',
    'The renewal ran but {server} still serves the old one. A reload should do, please check the hook.',
  ],
  [
    'Printer queue on {server} stands still',
    'Jobs arrive and stay in "spooling". Restarting the service helps for about {minutes} minutes.',
  ],
  [
    'Disk of {server} is {percent} % full',
    'Mostly log files of the {feature}. At this rate it is full in {days} days.',
  ],
];
const billing: readonly Template[] = [
  [
    'Invoice {invoice} was charged twice',
    '{customer} sees two payments of {amount} EUR on {weekday}. The second one should go back; they need it before the end of the month.',
  ],
  [
    'Wrong VAT number on invoice {invoice}',
    '{customer} moved their seat and has a new VAT number. Please issue a corrected invoice; the sum of {amount} EUR stays.',
  ],
  [
    'Refund for {customer} has not arrived',
    'We promised {amount} EUR {days} days ago (invoice {invoice}). Their bank sees nothing yet.',
  ],
  [
    '{customer} asks for one invoice a year',
    'They pay {amount} EUR monthly and would rather pay once in advance. What discount may we offer?',
  ],
  [
    'Credit card of {customer} is declined',
    'The charge of {amount} EUR for invoice {invoice} failed {times} times with "do not honor". They say that the card works elsewhere.',
  ],
  [
    'Seats on invoice {invoice} do not match',
    '{customer} removed {times} people on {weekday}, the invoice still counts them.',
  ],
  [
    'Dunning letter although invoice {invoice} is paid',
    'The payment of {amount} EUR came with a wrong reference and was never matched. {customer} is upset.',
  ],
];
const general: readonly Template[] = [
  [
    'How do I give a colleague access to the {feature}?',
    'Our new colleague at {customer} starts on {weekday} and needs the {feature} from the first day. What do you need from us?',
  ],
  [
    '{customer} wants to move their data by {weekday}',
    'They would like to know what the export contains and how long we keep backups afterwards.',
  ],
  [
    'Please update the contact of {customer}',
    'The person we know has left. Contracts and invoices go to the new address in the attached mail.',
  ],
  [
    'Training for {times} new people at {customer}',
    'An hour online is enough, mostly the {feature} and the {page}. They suggest {weekday}.',
  ],
  [
    'Where is the documentation of the {feature}?',
    'The link on the {page} leads to an empty page, and the search finds only version {version}.',
  ],
  [
    'Holiday cover for the {team} team',
    'From {weekday} on for {days} days. Who takes over open tickets of {customer}?',
  ],
  [
    'Questionnaire about data protection from {customer}',
    '{times} pages, due in {days} days. Most answers are in the one we filled for their sister company.',
  ],
];
const feature: readonly Template[] = [
  [
    'Let the {feature} remember its filter',
    'Every visit begins with the default. Our people set the same filter {times} times a day.',
  ],
  [
    'Dark colours for the {page}',
    'The night shift at {customer} works with the {page} for {hours} hours at a stretch.',
  ],
  ['Send the {feature} to a webhook', '{customer} copies its figures into their own system by hand each {weekday}.'],
  [
    'Keyboard shortcuts on the {page}',
    'Next, previous, assign to me, close. Whoever handles {times} tickets an hour would gain minutes.',
  ],
  [
    '{feature} as a spreadsheet with one click',
    'Today it takes a copy of the table and {minutes} minutes of repair. Column order as on the {page}, please.',
  ],
  [
    'Show the local time of {customer} beside their tickets',
    'They sit {hours} hours away from us and we keep calling at night.',
  ],
  [
    'Allow {times} approvers in the {feature}',
    'At {customer} two people must agree above {amount} EUR. Now the first one decides alone.',
  ],
];
const bug: readonly Template[] = [
  [
    '{feature} shows yesterday’s figures until noon',
    'Checked at {hours} o’clock with {browser}: the number at the top is new, the table below is old. Reloading does not help, signing in again does.',
  ],
  [
    '{page} loses what was typed when the session ends',
    'After {minutes} minutes without a click the form sends us to the sign-in page, and the text is gone. Seen in {browser} with version {version}.',
  ],
  [
    'Umlauts are broken in the {feature}',
    '“Müller” arrives as “MÃ¼ller” in the file that {customer} downloads. The screen shows it rightly.',
  ],
  [
    '{feature} counts some tickets twice',
    'With the filter on {weekday} we get {times} too many. Those that changed hands on that day appear for both people.',
  ],
  [
    'Button on the {page} does nothing in {browser}',
    'No message, no request in the network view. Version {version} was fine, so was another browser.',
  ],
  [
    'Attachment over {times} MB ends with an empty message',
    'The progress reaches {percent} % and a white box appears. The {page} should say what the limit is.',
  ],
  [
    'Time zone is ignored in the {feature}',
    'A task due on {weekday} is shown a day early for {customer}, who are {hours} hours behind.',
  ],
];

export const templates: Readonly<Record<CategoryName, readonly Template[]>> = {
  TECHNICAL: technical,
  BILLING: billing,
  GENERAL: general,
  FEATURE_REQUEST: feature,
  BUG_REPORT: bug,
};

const words: Readonly<Record<string, readonly string[]>> = {
  page: [
    'sign-in page',
    'ticket board',
    'customer portal',
    'settings page',
    'checkout',
    'start page',
    'report page',
    'search page',
  ],
  feature: [
    'weekly report',
    'invoice export',
    'holiday calendar',
    'on-call plan',
    'price list',
    'audit trail',
    'stock overview',
    'customer import',
  ],
  customer: [
    'Nordlicht Energie',
    'Baker & Sons',
    'Aurora Clinics',
    'Hafen Logistik',
    'Pine Street Books',
    'Kaya Textil',
    'Delta Water',
    'Solano Farms',
    'Brightside Schools',
    'Verde Mobil',
  ],
  server: ['db-02', 'files-01', 'mail-01', 'web-03', 'build-04', 'cache-02', 'proxy-01'],
  browser: ['Firefox 144', 'Chrome 142', 'Safari 26', 'Edge 142'],
  weekday: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'],
  team: ['support', 'operations', 'web', 'finance'],
  version: ['3.8.1', '3.9.0', '3.9.2', '4.0.0', '4.1.3'],
};
const numbers: Readonly<Record<string, readonly [from: number, to: number]>> = {
  seconds: [6, 45],
  minutes: [5, 40],
  hours: [2, 11],
  days: [3, 21],
  times: [2, 30],
  percent: [71, 98],
  amount: [49, 9_400],
  invoice: [20_100, 98_700],
};

/** Text and names of words in turn, beginning with text. */
const pieces = new Map<string, readonly string[]>();
function piecesOf(text: string): readonly string[] {
  const known = pieces.get(text);
  if (known) return known;
  const made = text.split(/[{}]/);
  pieces.set(text, made);
  return made;
}

function wordFor(name: string, random: Random): string {
  const list = words[name];
  if (list) return random.pick(list);
  const [from, to] = numbers[name] ?? [0, 0];
  return String(from + random.below(to - from + 1));
}

/** Fills in the braces; a word that stands twice is the same both times. */
export function wording([title, description]: Template, random: Random): { title: string; description: string } {
  const chosen: Record<string, string> = {};
  const fill = (text: string) => {
    let filled = '';
    piecesOf(text).forEach((piece, at) => {
      filled += at % 2 === 0 ? piece : (chosen[piece] ??= wordFor(piece, random));
    });
    return filled;
  };
  const filled = fill(title);
  return { title: filled.charAt(0).toUpperCase() + filled.slice(1), description: fill(description) };
}
