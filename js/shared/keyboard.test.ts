import { afterEach, expect, test } from 'vitest';
import { guardKeys } from './keyboard';

let controller = new AbortController();

function setUp() {
  controller = new AbortController();
  const cell = document.createElement('div');
  cell.className = 'jp-Cell';
  cell.tabIndex = -1;
  const parent = document.createElement('div');
  const host = document.createElement('div');
  const shadow = host.attachShadow({ mode: 'open' });
  const control = document.createElement('button');
  shadow.append(control);
  parent.append(host);
  cell.append(parent);
  document.body.append(cell);
  guardKeys(host, controller.signal);
  const seen: string[] = [];
  parent.addEventListener('keydown', (event) => {
    if (event.target === parent) {
      seen.push(event.key);
      event.preventDefault();
    }
  });
  const press = (key: string, init: KeyboardEventInit = {}) => {
    const event = new KeyboardEvent('keydown', {
      key,
      bubbles: true,
      composed: true,
      cancelable: true,
      ...init,
    });
    control.dispatchEvent(event);
    return event;
  };
  return { cell, host, control, seen, press };
}

afterEach(() => controller.abort());

test('the host is marked so that the notebook ignores its keys', () => {
  expect(setUp().host.getAttribute('data-lm-suppress-shortcuts')).toBe('true');
});

test('a combination without use in the panel is handed over, and the browser leaves it alone', () => {
  const { press, seen } = setUp();
  expect(press('s', { ctrlKey: true }).defaultPrevented).toBe(true);
  expect(seen).toEqual(['s']);
});

test.each(['a', 'c', 'v', 'x', 'z', 'Enter', 'ArrowDown', 'Backspace'])(
  'Ctrl+%s stays in the panel',
  (key) => {
    const { press, seen } = setUp();
    press(key, { ctrlKey: true });
    expect(seen).toEqual([]);
  },
);

test.each(['a', 'd', 'x', 'Enter', 'ArrowUp'])('%s alone stays in the panel', (key) => {
  const { press, seen } = setUp();
  press(key);
  press(key, { shiftKey: true });
  expect(seen).toEqual([]);
});

test('Esc gives the focus to the cell', () => {
  const { press, control, cell } = setUp();
  control.focus();
  press('Escape');
  expect(document.activeElement).toBe(cell);
});
