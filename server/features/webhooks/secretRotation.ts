interface Secreted {
  readonly secretNo: number;
  readonly previousSecretUntil: Date | null;
  readonly version: number;
  readonly updatedAt: Date;
}

const HOUR_MS = 3_600_000;

/** The row with the number of another secret; the one before stays good for a time. */
export const newSecret = <Row extends Secreted>(row: Row, now: Date, graceHours: number): Row => ({
  ...row,
  secretNo: row.secretNo + 1,
  previousSecretUntil: graceHours === 0 ? null : new Date(now.getTime() + graceHours * HOUR_MS),
  version: row.version + 1,
  updatedAt: now,
});
