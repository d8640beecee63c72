import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiKey } from '../../../server/features/auth/commands/createApiKey.js';
import { formatCursor } from '../../../server/realtime/cursor.js';
import { EventLog } from '../../../server/realtime/eventLog.js';
import type { ChildService } from '../../support/childService.js';
import { migrate } from '../../support/database.js';
import { NODE_SECRET, startNodeProcess, type NodeOptions } from '../../support/nodeProcess.js';
import { aProject } from '../../support/people.js';
import { startPostgresServer } from '../../support/postgresServer.js';
import { programArgs, testProgramArgs } from '../../support/program.js';
import { startRedisServer } from '../../support/redisServer.js';
import { clientOf, type Scene } from '../../support/revocations.js';
import { aWorld } from '../../support/world.js';
import type { Plant } from './plants.js';

/** Two nodes on one PostgreSQL and one Redis: access is taken through the first, and lost at the second. */
export interface Stage {
  readonly scene: Scene;
  readonly redis: ChildService;
  readonly victimsUrl: string;
  /** Where the project's stream stands. */
  cursor(): Promise<string>;
  release(): Promise<void>;
}

const aNode = async (options: NodeOptions, args = programArgs('server/main.ts')): Promise<ChildService> =>
  startNodeProcess(options, {
    folder: await mkdtemp(join(tmpdir(), 'baton-node-')),
    args,
  });

export async function startStage(plant: Plant | null): Promise<Stage> {
  const [postgres, redis] = await Promise.all([startPostgresServer(), startRedisServer()]);
  const options = { databaseUrl: postgres.url, redisUrl: redis.url };
  await migrate(postgres.url);
  const world = await aWorld('postgres', { url: postgres.url, auth: { jwtSecret: NODE_SECRET } });
  const planted = plant ? await testProgramArgs('test/proof/revocation/plantedNode.ts', plant) : undefined;
  const [first, second] = await Promise.all([aNode(options), aNode(options, planted)]);
  const { key } = await createApiKey(world.deps, world.admin, { name: 'writer', scopes: ['read', 'write'] });
  const [project, elsewhere] = [await aProject(world), await aProject(world)];
  const nodeUrl = first.url;
  const log = new EventLog(world.db);
  return {
    scene: { world, projectId: project.id, elsewhereId: elsewhere.id, nodeUrl, admin: clientOf(nodeUrl, key) },
    redis,
    victimsUrl: second.url,
    cursor: async () => {
      const { epoch, of } = await log.heads([{ kind: 'project', id: project.id }]);
      return formatCursor(epoch, of.get(`project:${project.id}`)?.seq ?? 0);
    },
    release: async () => {
      await world.close();
      for (const service of [first, second, redis, postgres]) await service.release();
    },
  };
}
