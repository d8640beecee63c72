import {
  context,
  createTraceState,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';

/**
 * What happens, as spans of OpenTelemetry. While nobody records them (see `telemetry/startTracing.ts`) each place costs one look at
 * a variable. @see docs/adr/039-traces.md
 */
let isOn = false;
export const isTracing = (): boolean => isOn;
export const setTracing = (on: boolean): void => void (isOn = on);

const tracer = () => trace.getTracer('baton');

interface Of {
  readonly attributes: Attributes;
  readonly kind?: SpanKind;
  /** In the form of W3C; left out, the span that is open. */
  readonly parent?: string | null | undefined;
}

export { SpanKind };

/** Does `work` within a span of its own. What it throws ends the span as failed. */
export async function inSpan<Result>(
  name: string,
  { attributes, kind = SpanKind.INTERNAL, parent }: Of,
  work: (span: Span | null) => Promise<Result>,
): Promise<Result> {
  if (!isOn) return work(null);
  const options = { attributes, kind };
  return tracer().startActiveSpan(name, options, within(parent), async (span) => {
    try {
      return await work(span);
    } catch (error) {
      failed(span, error instanceof Error ? error.name : 'error');
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Without the message, which may hold what people wrote. */
export const failed = (span: Span, code: string): void =>
  void span.setStatus({ code: SpanStatusCode.ERROR, message: code });

/** A span that is over already: it began at this moment. */
export function tellSpan(name: string, startMs: number, { attributes, kind = SpanKind.INTERNAL, parent }: Of): void {
  if (isOn) tracer().startSpan(name, { attributes, kind, startTime: startMs }, within(parent)).end();
}

const PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
export const TRACE_LENGTH = 55;

/** The open span, for whoever goes on with it elsewhere; undefined when it is not recorded. @see https://www.w3.org/TR/trace-context/ */
export function traceNow(): string | undefined {
  const span = isOn ? trace.getActiveSpan()?.spanContext() : undefined;
  return span && (span.traceFlags & 1) === 1 ? `00-${span.traceId}-${span.spanId}-01` : undefined;
}

function within(parent: string | null | undefined): Context {
  const [, traceId, spanId, flags] = PARENT.exec(parent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return context.active();
  const traceFlags = Number.parseInt(flags ?? '0', 16) & 1;
  const known: SpanContext = { traceId, spanId, traceFlags, isRemote: true, traceState: createTraceState() };
  return trace.setSpanContext(context.active(), known);
}
