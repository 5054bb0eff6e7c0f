import { say } from './common-words';
import type { AnyModel } from './model';

/** What a person reads when something went wrong: what happened, and why or what next. */
export interface Problem {
  title: string;
  text: string;
}

/** An answer that is an error: `title` says what happened, `text` what to do. */
export class PanelError extends Error implements Problem {
  constructor(
    readonly title: string,
    readonly text: string,
  ) {
    super(`${title}. ${text}`);
    this.name = 'PanelError';
  }
}

interface Reply {
  hubnb: 'reply';
  id: string;
  result?: unknown;
  error?: Problem;
}

/** After this time without an answer a person deserves to know that the kernel is busy. */
const SLOW_AFTER_MS = 1000;

let lastRequest = 0;
const PAGE = Math.random().toString(36).slice(2, 10);

/** An answer with bytes beside it, e.g. an image. */
export interface WithBuffers<T> {
  result: T;
  buffers: readonly DataView[];
}

/**
 * Call a `@handler` method of the Python panel.
 *
 * @param signal aborts the wait, not the Python work
 * @param onSlow is called with true when no answer came in a second, with false when one comes after that
 * @throws {PanelError} when Python answered with an error, or can't be asked any more
 */
export async function request<T>(
  model: AnyModel<never>,
  method: string,
  params: Record<string, unknown>,
  signal: AbortSignal,
  onSlow: (slow: boolean) => void = () => {},
): Promise<T> {
  return (await requestBuffers<T>(model, method, params, signal, onSlow)).result;
}

/** Like `request`, for a method that answers with `Buffers`. */
export function requestBuffers<T>(
  model: AnyModel<never>,
  method: string,
  params: Record<string, unknown>,
  signal: AbortSignal,
  onSlow: (slow: boolean) => void = () => {},
): Promise<WithBuffers<T>> {
  lastRequest += 1;
  const id = `${PAGE}-${lastRequest}`;
  return new Promise<WithBuffers<T>>((resolve, reject) => {
    let slow = false;
    const timer = setTimeout(() => {
      slow = true;
      onSlow(true);
    }, SLOW_AFTER_MS);
    const finish = () => {
      clearTimeout(timer);
      model.off('msg:custom', onMessage);
      signal.removeEventListener('abort', onAbort);
      if (slow) onSlow(false);
    };
    const onAbort = () => {
      finish();
      reject(signal.reason);
    };
    const onMessage = (message: unknown, buffers?: readonly DataView[]) => {
      if (!isReply(message) || message.id !== id) return;
      finish();
      if (message.error) reject(new PanelError(message.error.title, message.error.text));
      else resolve({ result: message.result as T, buffers: buffers ?? [] });
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort);
    model.on('msg:custom', onMessage);
    try {
      model.send({ hubnb: 'request', id, method, params });
    } catch {
      finish();
      reject(kernelGone());
    }
  });
}

/** The front end threw on sending: the comm's other end is no more. */
export function kernelGone(): PanelError {
  return new PanelError(say('kernel_gone'), say('kernel_gone_why'));
}

/** Put whatever was thrown into words. */
export function problemOf(error: unknown): Problem {
  if (error instanceof PanelError) return { title: error.title, text: error.text };
  return {
    title: say('not_done'),
    text: error instanceof Error ? error.message : String(error),
  };
}

function isReply(message: unknown): message is Reply {
  return (
    typeof message === 'object' && message !== null && (message as { hubnb?: unknown }).hubnb === 'reply'
  );
}
