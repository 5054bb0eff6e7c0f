import { language } from '../shared/language';

/** 22.7 M, 1.3 B: how many parameters. */
export function shortNumber(value: number): string {
  return new Intl.NumberFormat(language(), { notation: 'compact', maximumSignificantDigits: 3 }).format(
    value,
  );
}

export function fullNumber(value: number): string {
  return new Intl.NumberFormat(language()).format(value);
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** "3 days ago", or in the narrow form "3 d". */
export function ago(isoDate: string, narrow = false): string {
  const seconds = (Date.parse(isoDate) - Date.now()) / 1000;
  if (Number.isNaN(seconds)) return '';
  const [unit, length] = STEPS.find(([, one]) => Math.abs(seconds) >= one) ?? ['second', 0];
  if (length === 0) return new Intl.RelativeTimeFormat(language(), { numeric: 'auto' }).format(0, 'second');
  const count = Math.round(seconds / length);
  if (narrow) {
    return new Intl.NumberFormat(language(), { style: 'unit', unit, unitDisplay: 'short' }).format(
      Math.abs(count),
    );
  }
  return new Intl.RelativeTimeFormat(language(), { numeric: 'auto' }).format(count, unit);
}

/** The whole date, for the tooltip. */
export function when(isoDate: string): string {
  const date = new Date(isoDate);
  if (Number.isNaN(date.getTime())) return '';
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short' }).format(date);
}

/** "text-classification" as a person writes it. */
export function taskName(id: string, known: readonly [string, string][] = []): string {
  const found = known.find(([one]) => one === id);
  const words = found ? found[1] : id.replace(/-/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

/** Put text on the clipboard; false where the browser does not allow it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    field.style.cssText = 'position:fixed;opacity:0';
    const focused = deepFocus();
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    focused?.focus();
    return done;
  }
}

function deepFocus(): HTMLElement | null {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at instanceof HTMLElement ? at : null;
}
