/** Where a key leads in a list of `count` rows; null for a key that moves nothing. */
export function moved(key: string, at: number, count: number, page: number): number | null {
  if (count === 0) return null;
  const to = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  }[key];
  return to === undefined ? null : Math.min(count - 1, Math.max(0, to));
}

/** Whether the text runs from right to left where an element stands: then → folds and ← unfolds. */
export function isRtl(element: Element): boolean {
  return getComputedStyle(element).direction === 'rtl';
}

/** Arrow keys and Home, End over the tabs or radios of a row; the focused one is chosen. */
export function onRowKey(event: KeyboardEvent): void {
  const row = event.currentTarget as HTMLElement;
  const items = [...row.querySelectorAll<HTMLElement>('[role="tab"], [role="radio"]')];
  const at = items.indexOf((row.getRootNode() as ShadowRoot).activeElement as HTMLElement);
  if (at < 0) return;
  const step = isRtl(row) ? -1 : 1;
  const to = {
    ArrowRight: at + step,
    ArrowLeft: at - step,
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: items.length - 1,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const next = items[(to + items.length) % items.length];
  next?.focus();
  next?.click();
}
