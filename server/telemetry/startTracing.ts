import { setTracing } from '../kernel/tracing.js';

export interface TracingPlace {
  /** Of an OTLP receiver that speaks HTTP: spans go to `/v1/traces` there. */
  readonly endpoint: string;
  /** Of 1: so many of the calls that no caller has decided about. */
  readonly share: number;
  readonly service: string;
}

/** Records spans and sends them, until the returned function is called. What does it is loaded only here. */
export async function startTracing({ endpoint, share, service }: TracingPlace): Promise<() => Promise<void>> {
  const [sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  const provider = new sdk.NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter, { scheduledDelayMillis: 1_000 })],
  });
  provider.register();
  setTracing(true);
  return async () => {
    setTracing(false);
    // A receiver that is away keeps nobody from stopping.
    await provider.shutdown().catch(() => undefined);
  };
}
