import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** The lowest version of a package that may be installed anywhere in the tree, and why. */
const floors: Readonly<Record<string, { version: string; why: string }>> = {
  sequelize: { version: '6.37.8', why: 'CVE-2026-30951' },
  ws: { version: '8.21.0', why: 'CVE-2026-48779' },
  '@trpc/server': { version: '11.25.0', why: 'the wire behaviour PROTOCOL.md relies on' },
  validator: { version: '13.15.22', why: 'URL and length checks of older ones can be bypassed' },
  jose: { version: '6.0.0', why: 'earlier majors get no fixes' },
  multer: { version: '2.1.1', why: 'denial of service in older ones; not used today' },
};

interface Lockfile {
  readonly packages: Readonly<Record<string, { version?: string }>>;
}

/** One line per installed package below its floor; nested copies count too. */
export function belowFloor(lockfile: Lockfile): string[] {
  return Object.entries(lockfile.packages).flatMap(([path, { version }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const floor = floors[name];
    if (!path.includes('node_modules/') || !floor || !version || isAtLeast(version, floor.version)) return [];
    return [`${path} is ${version}, must be at least ${floor.version} (${floor.why})`];
  });
}

/** A pre-release counts as below its release. */
function isAtLeast(version: string, floor: string): boolean {
  const numbers = (v: string) => (v.split('-')[0] ?? '').split('.').map(Number);
  const [have, need] = [numbers(version), numbers(floor)];
  for (const [index, wanted] of need.entries()) {
    const got = have[index] ?? 0;
    if (got !== wanted) return got > wanted;
  }
  return !version.includes('-');
}

function main(): void {
  const problems = belowFloor(JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lockfile);
  for (const problem of problems) console.error(problem);
  console.log(`${Object.keys(floors).length} version floors, ${problems.length} broken`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
