import type { Route } from './route.js';
import type { Method } from './routeLine.js';

/** What an address stands for: its routes by method, and what its parameters say. */
export interface Match {
  readonly routes: ReadonlyMap<Method, Route>;
  /** The texts in the places of parameters, in their order. */
  readonly texts: readonly string[];
}

interface Node {
  readonly words: Map<string, Node>;
  /** What follows on any other text. */
  any: Node | null;
  readonly routes: Map<Method, Route>;
}
const aNode = (): Node => ({ words: new Map(), any: null, routes: new Map() });

/** Finds the routes of an address. A word goes before a parameter: `/api/tickets/search` is no ticket. */
export class RouteMatcher {
  private readonly root = aNode();

  constructor(routes: readonly Route[]) {
    for (const route of routes) this.add(route);
  }

  /** Null where nothing is. A text that is not percent-encoded as it should be is nowhere. */
  match(path: string): Match | null {
    return find(this.root, path.split('/').slice(1), 0, []);
  }

  private add(route: Route): void {
    let node = this.root;
    for (const segment of route.segments) {
      if (typeof segment === 'string') {
        const next = node.words.get(segment) ?? aNode();
        node.words.set(segment, next);
        node = next;
      } else node = node.any ??= aNode();
    }
    if (node.routes.has(route.method)) throw new Error(`${route.procedure} stands where another route does`);
    node.routes.set(route.method, route);
  }
}

function find(node: Node, parts: readonly string[], at: number, texts: readonly string[]): Match | null {
  const part = parts[at];
  if (part === undefined) return node.routes.size > 0 ? { routes: node.routes, texts } : null;
  const word = node.words.get(part);
  const found = word ? find(word, parts, at + 1, texts) : null;
  if (found || !node.any) return found;
  const text = decoded(part);
  return text ? find(node.any, parts, at + 1, [...texts, text]) : null;
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
