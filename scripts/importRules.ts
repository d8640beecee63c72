/**
 * Who may import whom. Targets are paths from the root, or `npm:<package>` or `node:<module>`.
 *
 * A row applies to files that match `from` and not `except`. An import breaks the row when its target matches `not`, or when
 * `only` is given and the target does not match it. `$1` in a target pattern is what the first group of `from` matched.
 * `kind: 'runtime'` lets `import type` pass, since it leaves nothing behind in the compiled file.
 */
export interface ImportRule {
  readonly name: string;
  readonly from: RegExp;
  readonly except?: RegExp;
  readonly not?: string;
  readonly only?: string;
  readonly kind?: 'runtime';
}

const FILE_OR_NETWORK = 'node:(fs|net|tls|http|https|http2|dgram|dns|child_process|worker_threads|cluster)\\b';
const DATABASE_OR_REDIS = 'npm:(sequelize|sequelize-typescript|pg|sqlite3|ioredis|umzug)(/|$)';

export const importRules: readonly ImportRule[] = [
  {
    name: 'contract imports zod and itself',
    from: /^contract\//,
    only: '^contract/|^npm:zod(/|$)',
  },
  {
    name: 'the SDK imports contract, packages, and of the server only rpc/appRouter.ts',
    from: /^client-sdk\/src\//,
    only: '^client-sdk/src/|^contract/|^npm:|^server/rpc/appRouter\\.ts$',
  },
  {
    name: 'the web board is built on contract and the public entry of the SDK',
    from: /^web\//,
    only: '^web/|^contract/|^npm:|^client-sdk/src/index\\.ts$|^server/rpc/appRouter\\.ts$',
  },
  {
    name: 'from the server, the SDK and the web board take a type and no code',
    from: /^(client-sdk|web)\//,
    not: '^server/',
    kind: 'runtime',
  },
  {
    name: 'the server does not know its clients',
    from: /^server\//,
    not: '^(client-sdk|web)/',
  },
  {
    name: 'what is shipped does not import tests or scripts',
    from: /^(contract|server|client-sdk|web|migrations|seeders)\//,
    not: '^(test|scripts)/',
  },
  {
    name: 'kernel imports contract and itself, and does no I/O',
    from: /^server\/kernel\//,
    not: `^(server/(?!kernel/)|${FILE_OR_NETWORK}|${DATABASE_OR_REDIS})`,
  },
  {
    name: 'storage imports itself and packages',
    from: /^server\/storage\//,
    only: '^server/storage/|^npm:|^node:',
  },
  {
    name: 'csv imports kernel, contract and packages',
    from: /^server\/csv\//,
    only: '^server/(csv|kernel)/|^contract/|^npm:|^node:',
  },
  {
    name: 'mail imports itself and packages',
    from: /^server\/mail\//,
    only: '^server/mail/|^npm:|^node:',
  },
  {
    name: 'integrity reads: of features it imports what rows look like, and no commands',
    from: /^server\/integrity\//,
    not: '^server/(realtime|backup)/|^server/features/.*/commands/',
  },
  {
    name: 'backup knows tables, files and no features',
    from: /^server\/backup\//,
    only: '^server/(backup|db|kernel|storage|csv)/|^contract/|^npm:|^node:',
  },
  {
    name: 'what is shared by imports and webhooks knows neither',
    from: /^server\/trackers\//,
    not: '^server/(cli|incoming|transport|rpc|app)',
  },
  {
    name: 'what comes in from other systems is done by commands, and knows no transport',
    from: /^server\/incoming\//,
    not: '^server/(cli|transport|rpc|app)',
  },
  {
    name: 'outbound imports itself and packages',
    from: /^server\/outbound\//,
    only: '^server/outbound/|^npm:|^node:',
  },
  {
    name: 'only mail/ knows how mails are sent',
    from: /^server\//,
    except: /^server\/mail\//,
    not: '^npm:nodemailer(/|$)',
  },
  {
    name: 'the planner reckons: it imports kernel, contract, the solver, a queue and a thread',
    from: /^server\/planner\//,
    only: '^server/(planner|kernel)/|^contract/|^npm:(highs|p-limit)$|^node:(crypto|module|path|url|worker_threads)$|^node:fs/promises$',
  },
  {
    name: 'db imports kernel and contract',
    from: /^server\/db\//,
    only: '^server/(db|kernel)/|^contract/|^npm:|^node:',
  },
  {
    name: 'a model imports its parents, column types and contract',
    from: /^server\/db\/models\//,
    only: '^server/(db|kernel)/|^contract/|^npm:(sequelize|sequelize-typescript)$',
  },
  {
    name: 'only procedures, rpc/ and transport/ know tRPC',
    from: /^server\//,
    except: /^server\/(rpc|transport)\/|\.procedures\.ts$/,
    not: '^npm:@trpc/',
  },
  {
    name: 'nothing below the procedures knows rpc/, transport/ or cli/',
    from: /^server\/(kernel|db|features|realtime|integrity|backup)\//,
    except: /\.procedures\.ts$/,
    not: '^server/(rpc|transport|cli)/',
  },
  {
    name: 'procedures never touch models or the database driver',
    from: /\.procedures\.ts$/,
    not: `^(server/db/models/|${DATABASE_OR_REDIS})`,
  },
  {
    name: 'a policy is pure: at run time it imports contract, kernel and other policies',
    from: /^server\/.*\.policy\.ts$/,
    only: '^contract/|^server/kernel/|^server/.*\\.policy\\.ts$',
    kind: 'runtime',
  },
  {
    name: "a feature never uses another feature's commands or procedures",
    from: /^server\/features\/([^/]+)\//,
    not: '^server/features/(?!$1/)[^/]+/(commands/|[^/]+\\.procedures\\.ts$)',
  },
  {
    name: 'only main.ts, cli/ and tests import app.ts',
    from: /^(server|migrations|seeders)\//,
    except: /^server\/(main\.ts$|cli\/)/,
    not: '^server/app\\.ts$',
  },
  {
    name: 'a migration still runs when the models have moved on',
    from: /^migrations\//,
    not: '^server/(db/models|features)/',
  },
];

/** What a client may name in a file of the server. */
export const serverNamesForClients: ReadonlySet<string> = new Set(['AppRouter']);

/** Rules about a file itself, not about its imports. */
export const fileRules: readonly { name: string; breaks: (path: string, text: string) => boolean }[] = [
  {
    name: 'no index.ts inside server',
    breaks: (path) => /^server\/(.*\/)?index\.tsx?$/.test(path),
  },
  {
    name: 'no exported connection: the database and Redis are passed as dependencies',
    breaks: (path, text) =>
      path.startsWith('server/') &&
      /^export (const|let) \w+[^=\n]* = (await )?new (Sequelize|Redis|Cluster|Pool|Client)\b/m.test(text),
  },
];
