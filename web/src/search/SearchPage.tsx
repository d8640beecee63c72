import { useEffect, useRef, useState } from 'react';
import { searchKinds } from '../../../contract/enums.js';
import { explain } from '../board/explain.js';
import { statusNames } from '../model.js';
import { limits, type BatonClient, type Project } from '../sdk.js';
import { formatAgo, formatMoment } from '../ui/dates.js';
import { Icon } from '../ui/Icon.js';
import { useNow } from '../ui/useNow.js';
import { pathTo, pathToTalk, pathToTicket, searchPath } from '../ui/useRoute.js';
import { hints, withHint } from './hints.js';
import { useSearch, type SearchHit, type SearchKind } from './useSearch.js';

const kindNames: Readonly<Record<SearchKind, string>> = {
  TICKET: 'Tickets',
  COMMENT: 'Comments',
  MESSAGE: 'Messages',
};

interface Props {
  readonly client: BatonClient;
  readonly projects: readonly Project[];
  readonly text: string;
}

/** Looks through everything that one may see. What is looked for stands in the address. */
export function SearchPage({ client, projects, text }: Props) {
  const [typed, setTyped] = useState(text);
  const [kind, setKind] = useState<SearchKind | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const found = useSearch(client, typed, kind);
  const [addressed, setAddressed] = useState(text);
  if (addressed !== text) {
    setAddressed(text);
    // Whoever goes back finds what was looked for then.
    if (typed.trim() !== text.trim()) setTyped(text);
  }
  useEffect(() => {
    document.title = 'Search · Baton';
    field.current?.focus();
  }, []);
  const type = (next: string) => {
    setTyped(next);
    const address = pathTo(searchPath, next.trim());
    history.replaceState(history.state, '', `${location.pathname}${location.search}${address}`);
  };
  return (
    <main className="search-page">
      <h1 className="visually-hidden">Search</h1>
      <label className="search search-wide">
        <Icon name="search" />
        <input
          ref={field}
          type="search"
          aria-label="Search everything"
          aria-describedby="search-help"
          placeholder="Words, “a phrase”, a beginning*"
          maxLength={limits.searchLength}
          value={typed}
          onChange={(event) => type(event.target.value)}
        />
      </label>
      <div className="search-tools">
        <div className="segments" role="group" aria-label="What to find">
          {([null, ...searchKinds] as const).map((one) => (
            <button key={one ?? 'all'} type="button" aria-pressed={kind === one} onClick={() => setKind(one)}>
              {one === null ? 'All' : kindNames[one]}
            </button>
          ))}
        </div>
        <Hints
          onChoose={(hint) => {
            type(withHint(typed, hint));
            field.current?.focus();
          }}
        />
      </div>
      <p id="search-help" className="form-hint">
        All the words must be there. What stands as name:value narrows it down.
      </p>
      <Found found={found} typed={typed} projects={projects} />
    </main>
  );
}

const Hints = ({ onChoose }: { onChoose: (hint: string) => void }) => (
  <ul className="search-hints" aria-label="Narrow it down">
    {hints.map((hint) => (
      <li key={hint}>
        <button type="button" className="chip" onClick={() => onChoose(hint)}>
          {hint}
        </button>
      </li>
    ))}
  </ul>
);

interface FoundProps extends Pick<Props, 'projects'> {
  readonly found: ReturnType<typeof useSearch>;
  readonly typed: string;
}

function Found({ found, typed, projects }: FoundProps) {
  const { items, next, isLoading, error, more, again } = found;
  const isBlank = typed.trim() === '';
  return (
    <>
      <p className="search-status" role="status">
        {isBlank || error ? '' : isLoading ? 'Searching…' : countText(items.length, next !== null)}
      </p>
      {error ? (
        <div className="talk-none" role="alert">
          <p>{explain(error, 'Search')}</p>
          {error.code === 'BAD_INPUT' ? null : (
            <button type="button" className="button" onClick={again}>
              Try again
            </button>
          )}
        </div>
      ) : null}
      <ol className="hits" aria-label="What was found">
        {items.map((hit) => (
          <HitLine key={`${hit.kind} ${hit.id}`} hit={hit} projects={projects} />
        ))}
      </ol>
      {next !== null && items.length > 0 ? (
        <button type="button" className="button hits-more" disabled={isLoading} onClick={more}>
          Show more
        </button>
      ) : null}
    </>
  );
}

function countText(count: number, isMore: boolean): string {
  if (count === 0) return 'Nothing was found. Try fewer words, or a beginning with a star: invoi*';
  return isMore ? `The first ${count}` : count === 1 ? '1 found' : `${count} found`;
}

function HitLine({ hit, projects }: Pick<Props, 'projects'> & { readonly hit: SearchHit }) {
  const { key, status, title, excerpt, author, at } = hit;
  const talk = hit.kind === 'MESSAGE' ? hit.conversationId : undefined;
  const now = useNow(60_000);
  return (
    <li className="hit">
      <a href={key === null ? pathToTalk(projects, hit.projectId, talk) : pathToTicket(key)}>
        <span className="hit-head">
          {status === null ? (
            <Icon name="talk" />
          ) : (
            <span className="status-dot" data-status={status} title={statusNames[status]} />
          )}
          {key === null ? null : <span className="card-key">{key}</span>}
          <span className="hit-title">{title.length === 0 ? 'Directly' : <Marked pieces={title} />}</span>
          {status === null ? null : <span className="visually-hidden">, {statusNames[status]}</span>}
        </span>
        <span className="hit-excerpt">
          {author ? <strong>{author.name}: </strong> : null}
          <Marked pieces={excerpt} />
        </span>
      </a>
      <time dateTime={at} title={formatMoment(at)}>
        {formatAgo(at, now)}
      </time>
    </li>
  );
}

const Marked = ({ pieces }: { pieces: SearchHit['title'] }) =>
  pieces.map(({ text, isHit }, index) => (isHit ? <mark key={index}>{text}</mark> : <span key={index}>{text}</span>));
