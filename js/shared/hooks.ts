import { useCallback, useEffect, useState } from 'preact/hooks';
import type { AnyModel } from './model';
import { type Problem, problemOf, request } from './request';

/** The current value of a trait; draws again when the kernel changes it. */
export function useTrait<Traits, Name extends keyof Traits & string>(
  model: AnyModel<Traits>,
  name: Name,
): Traits[Name] {
  const [value, setValue] = useState(() => model.get(name));
  useEffect(() => {
    const refresh = () => setValue(() => model.get(name));
    model.on(`change:${name}`, refresh);
    refresh();
    return () => model.off(`change:${name}`, refresh);
  }, [model, name]);
  return value;
}

export interface Asking {
  /** Ask the kernel; resolves to whether it accepted. */
  ask: (method: string, params?: Record<string, unknown>) => Promise<boolean>;
  /** What went wrong with the last question, if anything. */
  problem: Problem | null;
  clear: () => void;
  /** The kernel has not answered for a second. */
  slow: boolean;
}

/** Questions to the kernel, with what a person must see while and after they are asked. */
export function useAsking(model: AnyModel<never>, signal: AbortSignal): Asking {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [slow, setSlow] = useState(false);
  const ask = useCallback(
    async (method: string, params: Record<string, unknown> = {}) => {
      setProblem(null);
      try {
        await request(model, method, params, signal, setSlow);
        return true;
      } catch (error) {
        if (!signal.aborted) setProblem(problemOf(error));
        return false;
      }
    },
    [model, signal],
  );
  return { ask, problem, clear: () => setProblem(null), slow };
}
