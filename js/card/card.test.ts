import { afterEach, expect, test } from 'vitest';
import { button, type Shown, settled, show } from '../shared/testing';
import { mount } from './index';
import type { Answer, CardModel } from './model';

const TEXT = '---\nlicense: apache2\n---\n# Title\n';
const TRAITS: CardModel = {
  core: '',
  bundle: '',
  sid: 's',
  phase: 'editing',
  endpoint: { host: 'hub.test', local: false, offline: false },
  home: {
    id: 'me/x',
    type: 'model',
    revision: 'main',
    file: 'README.md',
    title: '',
    local: false,
    commit: 'abcdef0123',
    fixed: false,
  },
  version: 1,
  looked: 0,
  trouble: null,
  draft: null,
  saved_at: '',
  permission: { may: 'push', user: 'me' },
  pushed: null,
  conflict: null,
} as unknown as CardModel; // prettier-ignore
const ANSWER: Answer = {
  blocks: [[3, '<h1 id="card-title">Title</h1>']],
  problems: [
    {
      code: 'license_unknown',
      values: { value: 'apache2' },
      severity: 'error',
      message: '',
      line: 2,
      column: 10,
      end: 17,
      fixes: [{ code: 'use', values: { value: 'apache-2.0' }, sure: true }],
    },
  ],
  words: 1,
  block_lines: 1,
  ms: 2,
  sequence: 0,
  version: 1,
  changed: true,
  form: [{ key: 'license', kind: 'choice', choices: 'licenses', value: 'apache2' }],
}; // prettier-ignore

let shown: Shown<CardModel>;
afterEach(() => shown.end());

async function open(traits: Partial<CardModel> = {}): Promise<void> {
  shown = show(mount, { ...TRAITS, ...traits });
  await settled();
  shown.model.replyTo('choices', {
    result: {
      licenses: [
        ['apache-2.0', 'Apache'],
        ['mit', 'MIT'],
      ],
    },
  });
  shown.model.replyTo('text', { result: { ...ANSWER, text: TEXT } });
  await settled();
}

function area(): HTMLTextAreaElement {
  return shown.root.querySelector('.cd-plain') as HTMLTextAreaElement;
}

function type(text: string): void {
  area().value = text;
  area().dispatchEvent(new Event('input'));
}

function asked(method: string) {
  return shown.model.sent.filter((one) => one.method === method);
}

test('shows text, form, preview and problems of one text', async () => {
  await open();
  expect(area().value).toBe(TEXT);
  expect(shown.root.querySelector('select')?.value).toBe('apache2');
  expect(shown.root.querySelector('.cd-prob')?.textContent).toContain(
    'License “apache2” is not one the Hub knows',
  );
  const frame = shown.root.querySelector('iframe') as HTMLIFrameElement;
  expect(frame.sandbox.contains('allow-scripts')).toBe(false);
  await expect.poll(() => frame.contentDocument?.querySelector('h1')?.textContent).toBe('Title');
});

test('an error keeps the card from being pushed, and says so', async () => {
  await open();
  const push = button(shown.root, 'Push card');
  push.click();
  expect(push.getAttribute('aria-disabled')).toBe('true');
  expect(asked('push')).toHaveLength(0);
  expect(shown.root.textContent).toContain('1 error to fix first');
});

test('asks one question at a time, the newest text next, and drops nothing that was typed', async () => {
  await open();
  for (const end of ['a', 'ab', 'abc']) type(TEXT + end);
  await settled();
  expect(asked('edit').map((one) => one.params.text)).toEqual([`${TEXT}a`]);
  shown.model.replyTo('edit', { result: ANSWER });
  await settled();
  expect(asked('edit').map((one) => one.params.text)).toEqual([`${TEXT}a`, `${TEXT}abc`]);
  expect(area().value).toBe(`${TEXT}abc`);
});

test('a fix is asked for by its place and comes back as text', async () => {
  await open();
  button(shown.root, 'Use apache-2.0').click();
  expect(asked('fix').at(-1)?.params).toMatchObject({
    text: TEXT,
    code: 'license_unknown',
    line: 2,
    column: 10,
    choice: 0,
  });
  shown.model.replyTo('fix', { result: TEXT.replace('apache2', 'apache-2.0') });
  await settled();
  expect(area().value).toContain('apache-2.0');
  expect(asked('edit').at(-1)?.params.text).toContain('apache-2.0');
});

test('a text that a program sets is fetched and shown', async () => {
  await open();
  shown.model.update({ version: 2 });
  await settled();
  shown.model.replyTo('text', { result: { ...ANSWER, version: 2, text: '# Set' } });
  await settled();
  expect(area().value).toBe('# Set');
});

test('without its kernel the panel says so and keeps the text', async () => {
  await open();
  shown.model.loseKernel();
  type(`${TEXT}more`);
  await settled();
  expect(shown.root.querySelector('[role=alert]')?.textContent).toContain('What you wrote is still here');
  expect(area().value).toBe(`${TEXT}more`);
});

test('a conflict is finished only when every part is decided', async () => {
  const conflict = {
    author: 'jdoe',
    when: new Date().toISOString(),
    commit: '7be01c2',
    message: 'Fix',
    joined: 3,
    conflicts: [{ part: 'text', key: '', line: 4, mine: 'my words\n', theirs: 'their words\n' }],
  } as CardModel['conflict']; // prettier-ignore
  await open({ conflict });
  expect(shown.root.textContent).toContain('3 changes fit together by themselves. 1 needs you.');
  button(shown.root, 'Finish merge').click();
  expect(asked('resolve')).toHaveLength(0);
  button(shown.root, 'Both').click();
  await settled();
  button(shown.root, 'Finish merge').click();
  expect(asked('resolve').at(-1)?.params).toEqual({ choices: ['both'] });
});

test('a draft that was found is asked about', async () => {
  await open({ draft: { saved_at: new Date().toISOString(), added: 2, removed: 1 } });
  expect(shown.root.textContent).toContain('+2 −1');
  button(shown.root, 'Discard').click();
  expect(asked('discard_draft')).toHaveLength(1);
});

test('who may not push opens a pull request, and is told before', async () => {
  await open({ permission: { may: 'pull_request', user: 'me' } });
  expect(shown.root.textContent).toContain('The card goes out as a pull request.');
  expect(button(shown.root, 'Open pull request')).toBeTruthy();
});

test('nobody listens any more when the view is gone', async () => {
  await open();
  expect(shown.model.listenerCount).toBeGreaterThan(0);
  shown.end();
  await settled();
  expect(shown.model.listenerCount).toBe(0);
});
