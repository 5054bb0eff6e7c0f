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

/**
 * Call a `@handler` method of the Python panel.
 *
 * @param signal aborts the wait, not the Python work
 * @param onSlow is called with true when no answer came in a second, with false when one comes after that
 * @throws {PanelError} when Python answered with an error, or can't be asked any more
 */
export function request<T>(
  model: AnyModel<never>,
  method: string,
  params: Record<string, unknown>,
  signal: AbortSignal,
  onSlow: (slow: boolean) => void = () => {},
): Promise<T> {
  lastRequest += 1;
  const id = `${PAGE}-${lastRequest}`;
  return new Promise<T>((resolve, reject) => {
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
    const onMessage = (message: unknown) => {
      if (!isReply(message) || message.id !== id) return;
      finish();
      if (message.error) reject(new PanelError(message.error.title, message.error.text));
      else resolve(message.result as T);
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
  return new PanelError('The kernel was restarted', 'This panel belongs to the old one. Run its cell again.');
}

/** Put whatever was thrown into words. */
export function problemOf(error: unknown): Problem {
  if (error instanceof PanelError) return { title: error.title, text: error.text };
  return {
    title: 'The panel could not do that',
    text: error instanceof Error ? error.message : String(error),
  };
}

function isReply(message: unknown): message is Reply {
  return (
    typeof message === 'object' && message !== null && (message as { hubnb?: unknown }).hubnb === 'reply'
  );
}
