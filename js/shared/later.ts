import type { AnyModel } from './model';
import { request } from './request';

/** What a bundle exports: `build.mjs` wraps every one of them so. */
interface Wrapped {
  default: { initialize(): { load(kit: (name: string) => unknown): unknown } };
}

const loaded = new Map<string, Promise<unknown>>();
let kit: (name: string) => unknown = () => undefined;

/** Say where bundles that come later find what they share with the others. */
export function useKit(from: (name: string) => unknown): void {
  kit = from;
}

/**
 * Load a heavy part only now, e.g. an editor on the first click: its bundle comes from the kernel, once for all panels.
 *
 * @param name a folder of `js/` that the Python panel lists in `later`
 * @throws {PanelError} when the kernel can't give it; the next call asks again
 */
export function loadLater<Exports>(
  model: AnyModel<never>,
  name: string,
  signal: AbortSignal,
): Promise<Exports> {
  let module = loaded.get(name);
  if (!module) {
    module = fetchModule(model, name, signal);
    module.catch(() => loaded.delete(name));
    loaded.set(name, module);
  }
  return module as Promise<Exports>;
}

async function fetchModule(model: AnyModel<never>, name: string, signal: AbortSignal): Promise<unknown> {
  const code = await request<string>(model, 'code', { name }, signal);
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  try {
    const wrapped = (await import(/* @vite-ignore */ url)) as Wrapped;
    return wrapped.default.initialize().load(kit);
  } finally {
    URL.revokeObjectURL(url);
  }
}
