/** What a scanner says of a file: clean, or the name of what it found. */
export type Verdict = { readonly clean: true } | { readonly clean: false; readonly found: string };

/** One file on its way through the scanner. */
export interface Scan {
  /** Resolves when more may come. @throws ScannerDown */
  write(chunk: Buffer): Promise<void>;
  /** After the last byte. @throws ScannerDown also when the scanner refuses to say anything of it. */
  verdict(): Promise<Verdict>;
  /** Gives up, at any time. */
  abandon(): void;
}

/** Looks into files before they are kept. */
export interface Scanner {
  begin(): Scan;
}

/** Nobody can say whether the file is clean, so it is not taken. */
export class ScannerDown extends Error {
  override readonly name = 'ScannerDown';
}
