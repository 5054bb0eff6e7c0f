/** The languages that every text of a panel exists in. */
export const LANGUAGES = ['en', 'fr', 'de', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

let chosen: Language | null = null;
const listeners = new Set<() => void>();

/** Say in which language panels speak; an empty or unknown name means the browser's. */
export function setLanguage(name: string): void {
  const before = language();
  chosen = known(name);
  if (language() !== before) for (const listener of [...listeners]) listener();
}

/** The language panels speak now. */
export function language(): Language {
  return chosen ?? navigator.languages.map(known).find((one) => one !== null) ?? 'en';
}

/** Be told when the language changes, until `signal` ends. */
export function onLanguage(listener: () => void, signal: AbortSignal): void {
  listeners.add(listener);
  signal.addEventListener('abort', () => listeners.delete(listener));
}

function known(name: string): Language | null {
  const base = name.toLowerCase().split('-', 1)[0];
  return LANGUAGES.find((one) => one === base) ?? null;
}
