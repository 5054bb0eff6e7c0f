import { say } from './common-words';
import { language } from './language';

const NBSP = '\u00a0';
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

function scale(bytes: number): { unit: (typeof UNITS)[number]; divisor: number } {
  let index = 0;
  let divisor = 1;
  // 999.5 would print as "1000": the next unit starts half a step earlier
  while (index < UNITS.length - 1 && bytes / divisor >= 999.5) {
    index += 1;
    divisor *= 1000;
  }
  return { unit: UNITS[index] ?? 'B', divisor };
}

function number(value: number, digits: number): string {
  return new Intl.NumberFormat(language(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** Three significant digits: 612 B, 18.4 kB, 1.42 GB. */
function digitsOf(value: number, unit: string): number {
  if (unit === 'B') return 0;
  if (value >= 99.95) return unit === 'GB' || unit === 'TB' || unit === 'PB' ? 1 : 0;
  return value >= 9.995 ? 1 : 2;
}

/** SI size with a no-break space, e.g. "1.42 GB". */
export function formatBytes(bytes: number): string {
  const { unit, divisor } = scale(bytes);
  const value = bytes / divisor;
  return `${number(value, digitsOf(value, unit))}${NBSP}${unit}`;
}

/** Both numbers in the unit of the whole: "1.42 of 2.31 GB". */
export function formatBytesOf(done: number, total: number): string {
  const { unit, divisor } = scale(total);
  const digits = digitsOf(total / divisor, unit);
  return say('amount_of', {
    done: number(done / divisor, digits),
    total: `${number(total / divisor, digits)}${NBSP}${unit}`,
  });
}

export function formatSpeed(bytesPerSecond: number): string {
  return say('speed', { size: formatBytes(bytesPerSecond) });
}

/** Rounded as an estimate deserves: 24 s, 4 min, 2 h. */
export function formatDuration(seconds: number): string {
  if (seconds < 59.5) return say('seconds', { count: Math.max(1, Math.round(seconds)) });
  if (seconds < 3570) return say('minutes', { count: Math.round(seconds / 60) });
  if (seconds < 36 * 3600) return say('hours', { count: Math.round(seconds / 3600) });
  return say('days', { count: Math.round(seconds / 86_400) });
}

/** "1 file", "3 files", in English; a panel's own nouns belong into its `words`. */
export function plural(count: number, one: string, many: string): string {
  const rule = new Intl.PluralRules('en').select(count);
  return `${new Intl.NumberFormat('en').format(count)} ${rule === 'one' ? one : many}`;
}

export function formatDate(isoDate: string): string {
  const date = new Date(isoDate);
  if (Number.isNaN(date.getTime())) return isoDate;
  return new Intl.DateTimeFormat(language(), { day: 'numeric', month: 'long', year: 'numeric' }).format(date);
}
