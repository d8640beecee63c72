import { z } from 'zod';

const Visitor = z.object({ id: z.string().max(36), name: z.string().max(200) });
const Report = z.object({
  node: z.string().max(36),
  viewers: z.array(Visitor).max(1_000),
  typing: z.array(z.string().max(36)).max(1_000),
  asks: z.boolean(),
});
export type Visitor = z.infer<typeof Visitor>;
/** All that one process knows of a place at first hand. `asks`: it has just begun to listen, and wants to hear the others. */
export type Report = z.infer<typeof Report>;

export const encodeReport = (report: Report): string => JSON.stringify(report);

/** Null when the text is not a report. */
export function decodeReport(text: string): Report | null {
  try {
    return Report.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
