import { afterEach, expect, test, vi } from 'vitest';
import { button, type Shown, settled, show } from '../shared/testing';
import { mount } from './index';
import type { Account, LoginModel } from './model';

const TOKEN = 'hf_CanaryCanaryCanary';

const ACCOUNT: Account = {
  name: 'mokafor',
  full_name: 'Mina Okafor',
  organisations: [{ name: 'acme-ml', role: 'write' }],
  token_name: 'lab-notebooks',
  role: 'fine-grained',
  expires: null,
  can: [
    { allowed: true, text: 'push to acme-ml/ticket-router' },
    { allowed: false, text: 'not pull gated repos' },
  ],
};

const SOURCES = [
  { name: 'environment', label: 'Environment variable HF_TOKEN', found: true, in_use: true, note: 'in use' },
  { name: 'file', label: 'Token file on this machine', found: true, in_use: false, note: 'passed over' },
];

let shown: Shown<LoginModel> | undefined;

function view(changes: Partial<LoginModel> = {}): Shown<LoginModel> {
  shown = show<LoginModel>(mount, {
    core: '',
    bundle: '',
    sid: 's1',
    phase: 'signed_out',
    user: null,
    checking: '',
    endpoint: { host: 'hub.test', local: false, offline: false, token_page: null },
    account: null,
    sources: [],
    stored: [],
    browser: 'offered',
    trouble: null,
    ...changes,
  });
  return shown;
}

function field(root: ShadowRoot): HTMLInputElement {
  const found = root.querySelector<HTMLInputElement>('#token');
  if (!found) throw new Error('no field');
  return found;
}

afterEach(() => shown?.end());

test('the token leaves in one message and the field is empty at once', async () => {
  const { root, model } = view();
  field(root).value = `  ${TOKEN} `;
  button(root, 'Sign in').click();
  expect(field(root).value).toBe('');
  await settled();
  expect(model.sent).toHaveLength(1);
  expect(model.sent[0]).toMatchObject({ method: 'sign_in', params: { token: TOKEN, keep: true } });
  expect(root.innerHTML).not.toContain(TOKEN);
});

test('Enter in the field signs in, Shift+Enter does not', async () => {
  const { root, model } = view();
  field(root).value = TOKEN;
  const press = (shiftKey: boolean) =>
    field(root).dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', shiftKey, bubbles: true }));
  press(true);
  expect(model.sent).toHaveLength(0);
  press(false);
  expect(model.sent).toHaveLength(1);
});

test('keeping is a choice', async () => {
  const { root, model } = view();
  root.querySelector<HTMLInputElement>('input[type=checkbox]')?.click();
  await settled();
  field(root).value = TOKEN;
  button(root, 'Sign in').click();
  expect(model.sent[0]?.params.keep).toBe(false);
});

test('an empty field is not sent', async () => {
  const { root, model } = view();
  button(root, 'Sign in').click();
  await settled();
  expect(model.sent).toHaveLength(0);
  expect(root.querySelector('#token-hint')?.textContent).toBe('Paste a token first.');
  expect(field(root).getAttribute('aria-invalid')).toBe('true');
});

test('a refused token is put back and selected', async () => {
  const { root, model } = view();
  field(root).value = TOKEN;
  button(root, 'Sign in').click();
  model.reply({ result: null });
  model.update({ phase: 'checking', checking: 'Asking hub.test whose token this is…' });
  await settled();
  expect(root.querySelector('[role=status]')?.textContent).toContain('Asking hub.test');
  const trouble = {
    kind: 'refused',
    title: 'hub.test did not accept this token',
    paragraphs: ['Why.'],
    details: 'd',
  };
  model.update({ phase: 'signed_out', trouble: trouble as LoginModel['trouble'] });
  await settled();
  expect(root.querySelector('[role=alert]')?.textContent).toContain('did not accept this token');
  expect(field(root).value).toBe(TOKEN);
  expect((field(root).selectionEnd ?? 0) - (field(root).selectionStart ?? 0)).toBe(TOKEN.length);
});

test('an accepted token is nowhere in the page', async () => {
  const { root, model } = view();
  field(root).value = TOKEN;
  button(root, 'Sign in').click();
  model.reply({ result: null });
  model.update({ phase: 'checking' });
  await settled();
  model.update({ phase: 'signed_in', account: ACCOUNT, sources: SOURCES, user: 'mokafor' });
  await settled();
  expect(field(root).value).toBe('');
  expect(root.innerHTML).not.toContain(TOKEN);
  expect(root.querySelector('h2')?.textContent).toBe('Account');
});

test('a lost kernel gives the token back and says why', async () => {
  const { root, model } = view();
  model.loseKernel();
  field(root).value = TOKEN;
  button(root, 'Sign in').click();
  await settled();
  expect(field(root).value).toBe(TOKEN);
  expect(root.querySelector('[role=alert]')?.textContent).toContain('The kernel was restarted');
});

test('the token is hidden until asked for', async () => {
  const { root } = view();
  expect(field(root).type).toBe('password');
  button(root, 'Show the token').click();
  await settled();
  expect(field(root).type).toBe('text');
  button(root, 'Hide the token').click();
  await settled();
  expect(field(root).type).toBe('password');
});

test('exactly one source is marked as in use, and signing out tells what it can’t unset', () => {
  const { root } = view({ phase: 'signed_in', account: ACCOUNT, sources: SOURCES });
  expect(root.querySelectorAll('.lg-src .win')).toHaveLength(1);
  expect(root.querySelector('.hn-foot')?.textContent).toContain(
    'Signing out forgets 2. It can’t unset: Environment variable HF_TOKEN.',
  );
});

test('permissions are sentences, what is missing too', () => {
  const { root } = view({ phase: 'signed_in', account: ACCOUNT, sources: SOURCES });
  const said = [...root.querySelectorAll('.lg-can li')].map((row) => [row.className, row.textContent]);
  expect(said).toEqual([
    ['', 'push to acme-ml/ticket-router'],
    ['no', 'not pull gated repos'],
  ]);
});

test('a stored account can be chosen with the keyboard', async () => {
  const { root, model } = view({
    phase: 'signed_in',
    account: ACCOUNT,
    sources: SOURCES,
    stored: ['lab-notebooks', 'laptop'],
  });
  button(root, 'Switch account').click();
  await settled();
  const first = root.activeElement;
  expect(first?.textContent).toBe('lab-notebooks');
  first?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
  (root.activeElement as HTMLButtonElement).click();
  expect(model.sent[0]).toMatchObject({ method: 'switch_to', params: { name: 'laptop' } });
});

test('offline says so and asks for nothing', () => {
  const endpoint = { host: 'hub.test', local: false, offline: true, token_page: null };
  const { root } = view({ endpoint });
  expect(root.textContent).toContain('You are working offline');
  expect(root.querySelector('#token')).toBeNull();
});

test('a hub on this machine is marked', () => {
  const endpoint = { host: '127.0.0.1:7860', local: true, offline: false, token_page: null };
  const pill = view({ endpoint }).root.querySelector('.hn-pill');
  expect(pill?.className).toContain('local');
  expect(pill?.textContent).toContain('127.0.0.1:7860');
});

test('names of strangers stay text', () => {
  const name = '<img src=x onerror="globalThis.ran = 1">';
  const account = {
    ...ACCOUNT,
    name,
    full_name: name,
    token_name: name,
    organisations: [{ name, role: name }],
  };
  expect(view({ phase: 'signed_in', account, stored: [name] }).root.querySelector('img')).toBeNull();
});

test('nothing listens when the view ends', async () => {
  const { model, end } = view();
  await settled();
  expect(model.listenerCount).toBeGreaterThan(0);
  end();
  await settled();
  expect(model.listenerCount).toBe(0);
});

test('a kernel that does not answer for a second is said to be busy, until it does', async () => {
  const { root, model } = view();
  await settled();
  vi.useFakeTimers();
  try {
    button(root, 'Look again').click();
    await vi.advanceTimersByTimeAsync(900);
    expect(root.textContent).not.toContain('Kernel busy');
    await vi.advanceTimersByTimeAsync(200);
    expect(root.textContent).toContain('Kernel busy');
    model.reply({ result: null });
    await vi.advanceTimersByTimeAsync(50);
    expect(root.textContent).not.toContain('Kernel busy');
  } finally {
    vi.useRealTimers();
  }
});

test('the code of the browser way comes in a message and is read letter by letter', async () => {
  const { root, model } = view();
  button(root, 'Get a code').click();
  await settled();
  expect(model.sent.at(-1)?.method).toBe('begin_browser');
  model.update({ browser: 'waiting' });
  model.replyTo('begin_browser', {
    result: { code: 'WDJB-MJHT', url: 'https://hub.example/device', left_s: 872 },
  });
  await settled();
  expect(root.querySelector('output')?.getAttribute('aria-label')).toBe('W D J B - M J H T');
  expect(root.querySelector('.lg-code + .hn-line a')?.getAttribute('href')).toBe(
    'https://hub.example/device',
  );
  expect(root.querySelector('[role="timer"]')?.textContent).toBe('14:32 left');
  model.update({ browser: 'expired' });
  await settled();
  expect(root.textContent).toContain('The code ran out.');
  expect(button(root, 'Get a new code')).toBeTruthy();
});
