/** Combinations that belong to the field or button that has the focus; the notebook must not see them. */
const OWN_KEYS = new Set(['a', 'c', 'v', 'x', 'y', 'z', 'Enter', 'Backspace', 'Delete', 'Home', 'End']);

/**
 * Keep the notebook's shortcuts out of the panel, and let a person get out of the panel again.
 *
 * `data-lm-suppress-shortcuts` on the shadow host makes JupyterLab and Notebook 7 ignore every key pressed in
 * the panel (without it `d d` on a button deletes the cell). Two things must then be handed over by hand: Esc, which
 * leaves, and combinations such as Ctrl+S, which the panel has no use for.
 */
export function guardKeys(host: HTMLElement, signal: AbortSignal): void {
  host.setAttribute('data-lm-suppress-shortcuts', 'true');
  host.addEventListener('keydown', (event) => onKeyDown(host, event), { signal });
}

function onKeyDown(host: HTMLElement, event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  if (event.key === 'Escape') {
    leave(host);
    return;
  }
  const combined = (event.ctrlKey || event.metaKey) && !event.altKey;
  const modifierOnly = event.key === 'Control' || event.key === 'Meta' || event.key === 'Shift';
  if (!combined || modifierOnly || OWN_KEYS.has(event.key) || event.key.startsWith('Arrow')) return;
  const copy = new KeyboardEvent('keydown', {
    key: event.key,
    code: event.code,
    keyCode: event.keyCode,
    ctrlKey: event.ctrlKey,
    metaKey: event.metaKey,
    shiftKey: event.shiftKey,
    bubbles: true,
    cancelable: true,
    composed: true,
  });
  if (host.parentElement?.dispatchEvent(copy) === false) event.preventDefault();
}

function leave(host: HTMLElement): void {
  const cell = host.closest<HTMLElement>('.jp-Cell');
  const focused = host.shadowRoot?.activeElement;
  if (focused instanceof HTMLElement) focused.blur();
  cell?.focus();
}
