/** Filters that can stand in the text of a search. */
export const FILTERS = ['task', 'library', 'license', 'language', 'author', 'tag', 'sort', 'in'] as const;
export type FilterName = (typeof FILTERS)[number];

const PIECE = /(\w+):(?:"([^"]*)"|(\S+))/g;

/** The filters in a query text, as the kernel reads them (`hubnb/panels/browse_search.py`). */
export function filtersOf(text: string): Partial<Record<FilterName, string>> {
  const found: Partial<Record<FilterName, string>> = {};
  for (const [, name, quoted, plain] of text.matchAll(PIECE)) {
    const value = quoted ?? plain;
    if (isFilter(name) && value) found[name] = value;
  }
  return found;
}

/** The text with a filter set to a value, or without it. */
export function withFilter(text: string, name: FilterName, value: string | null): string {
  const rest = text
    .replace(PIECE, (piece, found) => (found === name ? '' : piece))
    .replace(/\s+/g, ' ')
    .trim();
  if (value === null) return rest;
  const written = /\s/.test(value) ? `"${value}"` : value;
  return `${rest} ${name}:${written}`.trim();
}

/** The words that are no filters. */
export function wordsOf(text: string): string {
  return text
    .replace(PIECE, (piece, name) => (isFilter(name) ? '' : piece))
    .replace(/\s+/g, ' ')
    .trim();
}

function isFilter(name: string | undefined): name is FilterName {
  return (FILTERS as readonly (string | undefined)[]).includes(name);
}
