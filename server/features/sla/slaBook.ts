import { decodeRow } from '../../db/decodeRow.js';
import type { Database } from '../../db/database.js';
import { SlaPolicy } from '../../db/models/SlaPolicy.js';
import { SlaTerms } from '../../db/models/SlaTerms.js';
import { statement, type RunStatement } from '../../db/statement.js';
import { groupBy } from '../../kernel/groupBy.js';
import type { Terms } from './clocks.js';
import type { PolicyRow } from './sla.present.js';

/** A policy that tickets can be given, with the terms that hold for clocks that begin now. */
export interface Offer extends Pick<PolicyRow, 'id' | 'priorities' | 'categories' | 'position'> {
  readonly terms: Terms;
}

const findTerms = statement('sla.terms', (d) => `SELECT t.* FROM sla_terms t WHERE ${d.anyOf('t.id', '$1')}`);
const findOffers = statement(
  'sla.offers',
  (d) => `SELECT p.id, p.project_id, p.priorities, p.categories, p.position, t.id AS terms_id
   FROM sla_policies p JOIN sla_terms t ON t.policy_id = p.id AND t.no = p.terms_no
   WHERE ${d.anyOf('p.project_id', '$1')} AND p.active AND p.deleted_at IS NULL`,
);
const findTermsOffered = statement(
  'sla.termsOffered',
  (d) => `SELECT t.* FROM sla_policies p JOIN sla_terms t ON t.policy_id = p.id AND t.no = p.terms_no
   WHERE ${d.anyOf('p.project_id', '$1')} AND p.active AND p.deleted_at IS NULL`,
);

export const decodeTerms = (raw: object): Terms => decodeRow(SlaTerms, raw);

/** So many of each are kept. */
const KEPT = 2_000;

/** What was asked for last, up to {@link KEPT}; a value never changes under its key. */
class Recent<Value> {
  private readonly values = new Map<string, Value>();

  get(key: string): Value | undefined {
    return this.values.get(key);
  }

  set(key: string, value: Value): void {
    const [oldest] = this.values.keys();
    if (this.values.size >= KEPT && oldest !== undefined) this.values.delete(oldest);
    this.values.set(key, value);
  }
}

/**
 * What this process knows of policies. Terms never change, and neither do a project's policies under one revision: it is made anew with each change of them,
 * under the lock of the counters that tells it. So what is here needs no looking after, also when the transaction that read it is rolled back.
 */
class SlaBook {
  private readonly terms = new Recent<Terms>();
  private readonly offers = new Recent<readonly Offer[]>();

  /** The policies of projects, by revision. Ask under the counters' locks. */
  async offersOf(
    all: RunStatement,
    wanted: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, readonly Offer[]>> {
    const missing = [...wanted].filter(([, revision]) => !this.offers.get(revision));
    const ids = missing.map(([projectId]) => projectId);
    if (ids.length > 0) {
      const [policies, terms] = await Promise.all([all(findOffers, [ids]), all(findTermsOffered, [ids])]);
      const termsOf = new Map(terms.map(decodeTerms).map((one) => [one.id, one]));
      for (const [id, one] of termsOf) this.terms.set(id, one);
      const offers = policies.flatMap((raw) => offerOf(raw, termsOf));
      const byProject = groupBy(offers, ({ projectId }) => projectId);
      for (const [projectId, revision] of missing) this.offers.set(revision, byProject.get(projectId) ?? []);
    }
    return new Map([...wanted].map(([projectId, revision]) => [projectId, this.offers.get(revision) ?? []]));
  }

  async termsOf(all: RunStatement, ids: readonly string[]): Promise<ReadonlyMap<string, Terms>> {
    const missing = [...new Set(ids)].filter((id) => !this.terms.get(id));
    const found = missing.length === 0 ? [] : (await all(findTerms, [missing])).map(decodeTerms);
    for (const terms of found) this.terms.set(terms.id, terms);
    const fresh = new Map(found.map((terms) => [terms.id, terms]));
    return new Map(
      ids.flatMap((id) => {
        const terms = fresh.get(id) ?? this.terms.get(id);
        return terms ? [[id, terms] as const] : [];
      }),
    );
  }
}

type DecodedOffer = Offer & { readonly projectId: string };

function offerOf(raw: object, termsOf: ReadonlyMap<string, Terms>): DecodedOffer[] {
  const { terms_id, ...columns } = raw as { terms_id: string };
  const { id, projectId, priorities, categories, position } = decodeRow(SlaPolicy, columns);
  const terms = termsOf.get(terms_id);
  return terms ? [{ id, projectId, priorities, categories, position, terms }] : [];
}

const books = new WeakMap<Database, SlaBook>();

export function slaBookOf(db: Database): SlaBook {
  const book = books.get(db) ?? new SlaBook();
  books.set(db, book);
  return book;
}

const specificity = ({ priorities, categories }: Offer): number =>
  Number(priorities !== null) + Number(categories !== null);

/** The one policy for a ticket: whoever says most of it goes first, then the lower position, then the older one. */
export function chooseOffer(
  offers: readonly Offer[],
  { priority, category }: { readonly priority: string; readonly category: string },
): Offer | null {
  const fits = (words: readonly string[] | null, word: string) => words === null || words.includes(word);
  const [first] = offers
    .filter(({ priorities, categories }) => fits(priorities, priority) && fits(categories, category))
    .toSorted((a, b) => specificity(b) - specificity(a) || a.position - b.position || (a.id < b.id ? -1 : 1));
  return first ?? null;
}
