import type { AnyModel } from './model';

/** A request a panel sent, as the kernel would see it. */
export interface SentRequest {
  hubnb: string;
  id: string;
  method: string;
  params: Record<string, unknown>;
}

/** The kernel's half for tests: holds traits, records what is sent, counts who listens. */
export class FakeModel<Traits extends object> implements AnyModel<Traits> {
  readonly sent: SentRequest[] = [];
  #listeners: { event: string; listener: (...args: never[]) => void }[] = [];
  #gone = false;

  constructor(private traits: Traits) {}

  get listenerCount(): number {
    return this.#listeners.length;
  }

  get<Name extends keyof Traits>(name: Name): Traits[Name] {
    return this.traits[name];
  }

  on(event: string, listener: (...args: never[]) => void): void {
    this.#listeners.push({ event, listener });
  }

  off(event: string, listener: (...args: never[]) => void): void {
    this.#listeners = this.#listeners.filter((one) => one.event !== event || one.listener !== listener);
  }

  send(content: unknown): void {
    if (this.#gone) throw new Error('Cannot send');
    this.sent.push(content as SentRequest);
  }

  /** Change traits as a state message of the kernel does. */
  update(changes: Partial<Traits>): void {
    this.traits = { ...this.traits, ...changes };
    for (const name of Object.keys(changes)) this.#emit(`change:${name}`, undefined);
  }

  /** Answer the request sent last. */
  reply(answer: { result?: unknown; error?: { title: string; text: string } }): void {
    const last = this.sent.at(-1);
    if (!last) throw new Error('nothing was sent');
    this.#emit('msg:custom', { hubnb: 'reply', id: last.id, ...answer });
  }

  /** From now on sending throws, as it does after a kernel restart. */
  loseKernel(): void {
    this.#gone = true;
  }

  #emit(event: string, payload: unknown): void {
    for (const one of [...this.#listeners]) {
      if (one.event === event) (one.listener as (payload: unknown) => void)(payload);
    }
  }
}
