import { setTimeout as sleep } from 'node:timers/promises';
import { Wire } from '../transport/anApp.js';
import { everyProcedure } from './everyProcedure.js';
import { callOf, matrix, pathOf } from './matrix.js';
import type { Row } from './outcomes.js';
import type { Caller, Scene, Side } from './scene.js';
import { batch, closeWire, http, ws, type Answer, type Transport } from './transports.js';

const inTurn = [http, ws, batch];

/** Keeps all that ever comes to a caller, as text. */
export class Listener {
  readonly texts: string[] = [];
  private readonly wires: Wire[] = [];

  constructor(
    private readonly scene: Scene,
    readonly caller: Caller,
  ) {}

  get bytes(): number {
    return this.texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  }

  /** Follows these until {@link close}; what is refused is kept too. */
  async follow(streams: readonly (readonly [path: string, input: object])[]): Promise<void> {
    const wire = await Wire.open(this.scene.app.ws, this.caller.token ?? undefined);
    this.wires.push(wire);
    wire.ws.on('message', (data) => this.texts.push((data as Buffer).toString()));
    await Promise.all(streams.map(([path, input]) => wire.call('subscription', path, input)));
  }

  /** Calls every line of the table on these sides: what only asks over HTTP and the socket, what changes something by each transport in turn. */
  async callAll(sides: readonly Side[]): Promise<void> {
    for (const [at, [name, row]] of Object.entries(matrix).entries())
      for (const side of sides) {
        const { type } = everyProcedure.get(pathOf(name))!;
        if (type === 'mutation') await this.change(name, row, side, inTurn[at % inTurn.length]!);
        else await this.read(name, row, side);
      }
  }

  private async read(name: string, row: Row, side: Side): Promise<void> {
    const { app, places } = this.scene;
    const call = await callOf(name, row, { app, side, caller: this.caller, at: places[side] });
    for (const transport of [http, ws]) this.hear(await transport(app, this.caller, [call]));
  }

  private async change(name: string, row: Row, side: Side, transport: Transport): Promise<void> {
    const { app, freshPlaces } = this.scene;
    const caller = row.changesCaller ? await this.scene.recruit(this.caller.role) : this.caller;
    const call = await callOf(name, row, { app, side, caller, at: freshPlaces[side] });
    this.hear(await transport(app, caller, [call]));
    if (caller !== this.caller) closeWire(caller);
  }

  private hear(answers: readonly Answer[]): void {
    this.texts.push(...answers.map(({ text }) => text));
  }

  /** Once nothing has come for a while. */
  async quiet(ms = 300): Promise<void> {
    for (let seen = -1; seen !== this.texts.length;) {
      seen = this.texts.length;
      await sleep(ms);
    }
  }

  close(): void {
    for (const wire of this.wires) wire.close();
    closeWire(this.caller);
  }
}
