/** Why a row, or a part of it, was not taken over. */
export interface Misfit {
  readonly line: number;
  readonly column: string | null;
  readonly value: string | null;
  readonly reason: string;
}
