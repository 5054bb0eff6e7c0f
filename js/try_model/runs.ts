import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { AnyModel } from '../shared/model';
import { type Problem, problemOf, request, requestBuffers, type WithBuffers } from '../shared/request';
import type { Answer, Given, News, Trouble, TryModelModel } from './model';

export interface Run {
  /** The last whole answer; it stays until the next one is complete. */
  answer: Answer | null;
  /** What was given for it. */
  given: Given;
  /** Addresses of the images and recordings of the answer. */
  files: string[];
  /** What a chat has said so far, while it speaks. */
  piece: { text: string; first_ms: number | null; per_s: number | null } | null;
  loading: { expected_s: number | null; place: string; since: number } | null;
  trouble: Trouble | null;
  /** The kernel refused the question itself. */
  problem: Problem | null;
}

/** What the kernel remembers for a page that was loaded anew. */
interface Recalled {
  given: Given;
  number: number;
  news: News | null;
}

const NOTHING: Run = {
  answer: null,
  given: {},
  files: [],
  piece: null,
  loading: null,
  trouble: null,
  problem: null,
};

const KIND_OF_FILE: Record<string, string> = { image: 'image/png', audio: 'audio/wav', video: 'video/mp4' };

let lastNumber = Date.now() % 1_000_000_000;

export interface Runs {
  run: Run;
  /** Resolves to whether the kernel took the question. */
  start: (given: Given) => Promise<boolean>;
  stop: () => void;
  ask: <T>(method: string, params?: Record<string, unknown>) => Promise<T>;
  /** As `ask`, for an answer that carries bytes. */
  askBuffers: <T>(method: string, params?: Record<string, unknown>) => Promise<WithBuffers<T>>;
  slow: boolean;
  fail: (error: unknown) => void;
  /** Address of the image that was given, for drawing on it. */
  preview: { current: string };
}

/** Runs of the model, and what came of the last one. */
export function useRuns(model: AnyModel<TryModelModel>, signal: AbortSignal): Runs {
  const [run, setRun] = useState<Run>(NOTHING);
  const [slow, setSlow] = useState(false);
  const number = useRef(-1);
  const asked = useRef<Given>({});
  const urls = useRef<string[]>([]);
  const preview = useRef('');
  const untyped = model as AnyModel<never>;

  const ask = useCallback(
    <T>(method: string, params: Record<string, unknown> = {}) =>
      request<T>(untyped, method, params, signal, setSlow),
    [untyped, signal],
  );
  const askBuffers = useCallback(
    <T>(method: string, params: Record<string, unknown> = {}) =>
      requestBuffers<T>(untyped, method, params, signal, setSlow),
    [untyped, signal],
  );
  const fail = useCallback(
    (error: unknown) => {
      if (!signal.aborted) setRun((before) => ({ ...before, loading: null, problem: problemOf(error) }));
    },
    [signal],
  );

  // not after the next paint: an answer could come before it
  useLayoutEffect(() => {
    const onMessage = (message: unknown, buffers?: DataView[]) => {
      if (!isNews(message) || message.number !== number.current) return;
      setRun((before) => next(before, message, buffers ?? []));
    };
    const next = (before: Run, news: News, buffers: DataView[]): Run => {
      const quiet = { ...before, piece: null, loading: null, trouble: null, problem: null };
      switch (news.what) {
        case 'piece':
          return { ...before, loading: null, piece: news };
        case 'loading':
          return { ...before, loading: { ...news, since: before.loading?.since ?? Date.now() } };
        case 'trouble':
          return { ...quiet, trouble: news.trouble };
        default:
          return { ...quiet, answer: news, given: asked.current, files: keep(news, buffers) };
      }
    };
    const keep = (answer: Answer, buffers: DataView[]): string[] => {
      for (const url of urls.current) URL.revokeObjectURL(url);
      const type = KIND_OF_FILE[answer.view] ?? 'application/octet-stream';
      urls.current = buffers.map((buffer) => URL.createObjectURL(new Blob([buffer as BlobPart], { type })));
      return urls.current;
    };
    model.on('msg:custom', onMessage);
    askBuffers<Recalled | null>('recall')
      .then(({ result, buffers }) => {
        if (!result || number.current !== -1) return;
        number.current = result.number;
        asked.current = result.given;
        const news = result.news;
        if (news) setRun((before) => next(before, news, [...buffers]));
      })
      .catch(() => {}); // a kernel that is gone says so on the first click
    return () => {
      model.off('msg:custom', onMessage);
      for (const url of urls.current) URL.revokeObjectURL(url);
    };
  }, [model, askBuffers]);

  const start = useCallback(
    async (given: Given) => {
      lastNumber += 1;
      number.current = lastNumber;
      asked.current = given;
      setRun((before) => ({ ...before, piece: null, loading: null, trouble: null, problem: null }));
      try {
        await ask('run', { given, number: lastNumber });
        return true;
      } catch (error) {
        fail(error);
        return false;
      }
    },
    [ask, fail],
  );
  const stop = useCallback(() => {
    number.current = -1;
    setRun((before) => ({ ...before, loading: null }));
    ask('stop').catch(fail);
  }, [ask, fail]);

  return { run, start, stop, ask, askBuffers, slow, fail, preview };
}

function isNews(message: unknown): message is News {
  return typeof message === 'object' && message !== null && (message as { hubnb?: unknown }).hubnb === 'try';
}
