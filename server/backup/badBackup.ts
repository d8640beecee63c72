/** What was to be restored is not a whole backup; nothing was touched. */
export class BadBackup extends Error {
  override readonly name = 'BadBackup';

  constructor(why: string) {
    super(`this backup cannot be restored: ${why}. The database is as it was.`);
  }
}
