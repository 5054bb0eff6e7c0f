import type { AnyModel } from '../shared/model';
import { PanelError, request } from '../shared/request';
import type { Trouble } from './model';

export interface Answer<T> {
  result: T;
  buffers: DataView[];
}

/** Nobody waits for this answer any more: something newer was asked, or the view ended. */
export class Stale extends Error {}

/** The kernel could not answer; `trouble` says why. */
export class Troubled extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble.title);
  }
}

interface Waiting {
  resolve: (answer: Answer<unknown>) => void;
  reject: (error: unknown) => void;
  onPart: ((answer: Answer<unknown>) => void) | undefined;
}

const LATE_AFTER_MS = 4000;
let views = 0;
const PAGE = Math.random().toString(36).slice(2, 8);

function nextView(): string {
  views += 1;
  return `${PAGE}${views}`;
}

interface AnswerMessage {
  hubnb: 'answer';
  ticket: string;
  result?: unknown;
  error?: Trouble;
  stale?: boolean;
  part?: boolean;
}

/**
 * Questions to the kernel. Those that a worker answers come back as a message of their own; of several on one topic only
 * the newest is answered.
 */
export class Kernel {
  /** Names this view among those of the panel. */
  readonly view = nextView();
  #tickets = 0;
  readonly #waiting = new Map<string, Waiting>();
  readonly #model: AnyModel<never>;
  readonly #signal: AbortSignal;
  readonly #onSlow: (slow: boolean) => void;
  #slow = 0;
  readonly #onLate: (late: boolean) => void;
  #lateTimer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param onSlow says whether the kernel itself keeps a question waiting: it is busy
   * @param onLate says whether the Hub does, for so long that a person may want to stop
   */
  constructor(
    model: AnyModel<never>,
    signal: AbortSignal,
    onSlow: (slow: boolean) => void,
    onLate: (late: boolean) => void,
  ) {
    this.#model = model;
    this.#signal = signal;
    this.#onSlow = onSlow;
    this.#onLate = onLate;
    const onMessage = (message: unknown, buffers?: DataView[]) => this.#receive(message, buffers ?? []);
    model.on('msg:custom', onMessage);
    signal.addEventListener('abort', () => {
      model.off('msg:custom', onMessage);
      for (const one of this.#waiting.values()) one.reject(new Stale());
      this.#waiting.clear();
      clearTimeout(this.#lateTimer);
    });
  }

  /** Ask something the kernel answers at once. */
  async call<T>(method: string, params: Record<string, unknown> = {}): Promise<T> {
    try {
      return await request<T>(this.#model, method, params, this.#signal, (slow) => this.#count(slow));
    } catch (error) {
      if (this.#signal.aborted) throw new Stale();
      throw error;
    }
  }

  /** Ask something that takes a while; `onPart` gets first parts of a long answer. */
  ask<T>(
    method: string,
    params: Record<string, unknown> = {},
    onPart?: (answer: Answer<T>) => void,
  ): Promise<Answer<T>> {
    this.#tickets += 1;
    const ticket = `${this.view}.${this.#tickets}`;
    return new Promise<Answer<T>>((resolve, reject) => {
      if (this.#signal.aborted) {
        reject(new Stale());
        return;
      }
      this.#waiting.set(ticket, {
        resolve: resolve as Waiting['resolve'],
        reject,
        onPart: onPart as Waiting['onPart'],
      });
      this.#watch();
      this.call(method, { ticket, ...params }).catch((error: unknown) => {
        this.#waiting.delete(ticket);
        this.#watch();
        reject(error);
      });
    });
  }

  /** Wait for no answer any more; `trouble` stands where they would have. */
  stopWaiting(trouble: Trouble): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#watch();
    for (const one of waiting) one.reject(new Troubled(trouble));
    this.call('take_back').catch(() => {});
  }

  /** Begin or end the time after which the Hub counts as late. */
  #watch(): void {
    if (this.#waiting.size === 0) {
      clearTimeout(this.#lateTimer);
      this.#lateTimer = undefined;
      this.#onLate(false);
    } else this.#lateTimer ??= setTimeout(() => this.#onLate(true), LATE_AFTER_MS);
  }

  #receive(message: unknown, buffers: DataView[]): void {
    if (!isAnswer(message)) return;
    const waiting = this.#waiting.get(message.ticket);
    if (!waiting) return;
    if (message.part) {
      waiting.onPart?.({ result: message.result, buffers });
      return;
    }
    this.#waiting.delete(message.ticket);
    this.#watch();
    if (message.stale) waiting.reject(new Stale());
    else if (message.error) waiting.reject(new Troubled(message.error));
    else waiting.resolve({ result: message.result, buffers });
  }

  #count(slow: boolean): void {
    this.#slow += slow ? 1 : -1;
    this.#onSlow(this.#slow > 0);
  }
}

/** Put whatever was thrown into a trouble; null for what nobody waits for any more. */
export function troubleOf(error: unknown): Trouble | null {
  if (error instanceof Stale) return null;
  if (error instanceof Troubled) return error.trouble;
  const said =
    error instanceof PanelError
      ? { title: error.title, text: error.text }
      : {
          title: 'The panel could not do that',
          text: error instanceof Error ? error.message : String(error),
        };
  return { kind: 'panel', details: '', host: '', ...said };
}

function isAnswer(message: unknown): message is AnswerMessage {
  return (
    typeof message === 'object' && message !== null && (message as { hubnb?: unknown }).hubnb === 'answer'
  );
}
