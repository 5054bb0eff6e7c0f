import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useTrait } from '../shared/hooks';
import type { AnyModel } from '../shared/model';
import { type Problem, problemOf, request } from '../shared/request';
import type { Answer, CardModel } from './model';

/** The text in the browser, and what the kernel says about it. */
export interface Text {
  text: string;
  /** Null until the first answer. */
  answer: Answer | null;
  /** The text was set from outside of the editor. */
  outside: number;
  /** The kernel keeps us waiting. */
  slow: boolean;
  /** Why the kernel can't be asked. */
  problem: Problem | null;
  /** Take what was typed. */
  type: (text: string) => void;
  /** Ask the kernel for another version of the text, and take it as one step. */
  change: (method: string, params?: Record<string, unknown>) => Promise<boolean>;
  /** The text and the version it is typed on. */
  now: () => { text: string; version: number };
}

/**
 * Keep the kernel's text up with what is typed: one question at a time, always the newest text, so that no answer is
 * older than the one before and nothing waits for a pause in typing.
 */
export function useText(model: AnyModel<CardModel>, signal: AbortSignal): Text {
  const [text, setText] = useState('');
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [outside, setOutside] = useState(0);
  const [slow, setSlow] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const state = useRef({ text: '', version: -1, sequence: 0, asking: false, behind: false });
  const version = useTrait(model, 'version');
  const looked = useTrait(model, 'looked');
  const phase = useTrait(model, 'phase');
  const plain = model as unknown as AnyModel<never>;

  const show = useCallback((next: string) => {
    state.current.text = next;
    setText(next);
    setOutside((count) => count + 1);
  }, []);

  const send = useCallback(async () => {
    const now = state.current;
    if (now.asking) {
      now.behind = true;
      return;
    }
    now.asking = true;
    try {
      do {
        now.behind = false;
        now.sequence += 1;
        const sent = now.text;
        const params = { text: sent, version: now.version, sequence: now.sequence };
        const got = await request<Answer>(plain, 'edit', params, signal, setSlow);
        setProblem(null);
        setAnswer(got);
        if (got.text === undefined || now.text === sent) now.version = got.version;
        if (got.text !== undefined && now.text === sent) show(got.text);
      } while (now.behind);
    } catch (error) {
      if (!signal.aborted) setProblem(problemOf(error));
    } finally {
      now.asking = false;
    }
  }, [plain, signal, show]);

  const fetch = useCallback(async () => {
    try {
      const got = await request<Answer & { text: string }>(plain, 'text', {}, signal, setSlow);
      state.current.version = got.version;
      setAnswer(got);
      show(got.text);
    } catch (error) {
      if (!signal.aborted) setProblem(problemOf(error));
    }
  }, [plain, signal, show]);

  useEffect(() => {
    if (phase !== 'editing' || version === state.current.version) return;
    // what was typed and not yet sent goes first: the kernel joins the two
    if (state.current.asking || state.current.behind) void send();
    else void fetch();
  }, [phase, version, fetch, send]);

  useEffect(() => {
    if (looked > 0 && state.current.version >= 0) void send();
  }, [looked, send]);

  const type = useCallback(
    (next: string) => {
      state.current.text = next;
      setText(next);
      void send();
    },
    [send],
  );

  const change = useCallback(
    async (method: string, params: Record<string, unknown> = {}) => {
      const before = state.current.text;
      try {
        const next = await request<string>(plain, method, { text: before, ...params }, signal, setSlow);
        if (state.current.text !== before || next === before) return next !== before;
        show(next);
        await send();
        return true;
      } catch (error) {
        if (!signal.aborted) setProblem(problemOf(error));
        return false;
      }
    },
    [plain, signal, show, send],
  );
  const now = useCallback(() => ({ text: state.current.text, version: state.current.version }), []);
  return { text, answer, outside, slow, problem, type, change, now };
}
