import { expect, it } from 'vitest';
import { recordRestore } from '../../server/cli/recordCopies.js';
import { adHoc } from '../../server/db/statement.js';
import { aFileWorld, someBytes } from '../features/attachments/fileWorld.js';
import { describeEachDialect } from '../support/services.js';
import { give } from '../support/ticketWorld.js';
import { aBackup, anEmptyPlace, restoreInto } from './backups.js';

describeEachDialect('a restore that is recorded', (dialect) => {
  it('is equal in all rows and answers, and says where it is not', { timeout: 120_000 }, async () => {
    const world = await aFileWorld('sqlite');
    const ticket = await world.ticket();
    await world.attach(world.ann, ticket, someBytes(70));
    await world.ticket();
    await give(world, ticket, world.bob);
    const { file } = await aBackup({ db: world.db, store: world.deps.files.store });
    const { clock, log } = world.deps;
    const now = clock.now();
    const restored = async () => {
      const place = await anEmptyPlace(dialect, true);
      await restoreInto(place, file, { now });
      const deps = { db: place.db, clock, log, wake: () => undefined };
      return { place, compare: () => recordRestore({ file, now, keepSessions: false }, deps) };
    };

    const whole = await restored();
    const equal = await whole.compare();
    expect(equal).toMatchObject({ fidelityScore: 1, differences: 0, tests: { run: 10, passed: 10 } });
    expect(equal.tables.find(({ name }) => name === 'tickets')).toMatchObject({ rows: 2, missing: 0, unexpected: 0 });
    const sessions = await whole.place.db.all(adHoc('SELECT status, source_technology FROM validation_sessions'), []);
    expect(sessions).toEqual([{ status: 'COMPLETED', source_technology: 'Backup of SQLite' }]);
    await whole.place.db.close();

    const { place, compare } = await restored();
    await place.db.all(adHoc("UPDATE tickets SET title = 'Another', status = 'REVIEW' WHERE id = $1"), [ticket.id]);
    await place.db.all(adHoc('DELETE FROM assignment_history'), []);
    const report = await compare();
    const found = await place.db.all<{ target_path: string }>(
      adHoc('SELECT target_path FROM discrepancies ORDER BY target_path'),
      [],
    );
    expect(found.map(({ target_path: path }) => path.replace(/[0-9a-f-]{36}/, 'ID'))).toEqual([
      'assignment_history/ID',
      'tickets/ID/status',
      'tickets/ID/title',
    ]);
    expect(report).toMatchObject({ differences: 3, discrepancies: { added: 3 }, tests: { run: 10 } });
    await place.db.close();
    await world.close();
  });
});
