import type { AnyModel } from './model';

/** A request a panel sent, as the kernel would see it. */
export interface SentRequest {
  hubnb: string;
  id: string;
  method: string;
  params: Record<string, unknown>;
}

/** What the kernel answers. */
export interface Answer {
  result?: unknown;
  error?: { title: string; text: string };
  buffers?: readonly DataView[];
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
  reply(answer: Answer, request = this.sent.at(-1)): void {
    if (!request) throw new Error('nothing was sent');
    const { buffers, ...content } = answer;
    this.#emit('msg:custom', { hubnb: 'reply', id: request.id, ...content }, buffers);
  }

  /** Answer the newest request for `method`. */
  replyTo(method: string, answer: Answer): void {
    const asked = this.sent.findLast((one) => one.method === method);
    if (!asked) throw new Error(`${method} was not asked; asked was ${this.sent.map((one) => one.method)}`);
    this.reply(answer, asked);
  }

  /** A message of the kernel that answers nothing. */
  tell(content: unknown, buffers?: readonly DataView[]): void {
    this.#emit('msg:custom', content, buffers);
  }

  /** From now on sending throws, as it does after a kernel restart. */
  loseKernel(): void {
    this.#gone = true;
  }

  #emit(event: string, payload: unknown, buffers?: readonly DataView[]): void {
    for (const one of [...this.#listeners]) {
      if (one.event === event) (one.listener as (...given: unknown[]) => void)(payload, buffers);
    }
  }
}
