import { afterEach, expect, test } from 'vitest';
import { followTheme, hostTheme } from './theme';

const root = () => {
  const element = document.createElement('div');
  document.body.append(element);
  return element;
};

afterEach(() => {
  document.body.removeAttribute('data-jp-theme-light');
  document.body.className = '';
  document.body.style.background = '';
  document.documentElement.removeAttribute('theme');
});

test('JupyterLab decides before anything else', () => {
  document.body.className = 'vscode-dark';
  document.body.setAttribute('data-jp-theme-light', 'true');
  expect(hostTheme(root())).toBe('light');
  document.body.setAttribute('data-jp-theme-light', 'false');
  expect(hostTheme(root())).toBe('dark');
});

test.each([
  ['vscode-dark', 'dark'],
  ['vscode-high-contrast', 'dark'],
  ['vscode-high-contrast vscode-high-contrast-light', 'light'],
  ['vscode-light', 'light'],
  ['dark', 'dark'],
  ['light', 'light'],
])('a body of class "%s" is %s', (name, theme) => {
  document.body.className = name;
  expect(hostTheme(root())).toBe(theme);
});

test('Colab says it on the page', () => {
  document.documentElement.setAttribute('theme', 'dark');
  expect(hostTheme(root())).toBe('dark');
});

test('an unknown host is measured', () => {
  document.body.style.background = 'rgb(20, 20, 20)';
  expect(hostTheme(root())).toBe('dark');
  document.body.style.background = 'rgb(250, 250, 250)';
  expect(hostTheme(root())).toBe('light');
});

test('a panel follows a change of theme until its view ends', async () => {
  const element = root();
  const controller = new AbortController();
  document.body.setAttribute('data-jp-theme-light', 'true');
  followTheme(element, controller.signal);
  expect(element.dataset.hnTheme).toBe('light');
  document.body.setAttribute('data-jp-theme-light', 'false');
  await Promise.resolve();
  expect(element.dataset.hnTheme).toBe('dark');
  controller.abort();
  document.body.setAttribute('data-jp-theme-light', 'true');
  await Promise.resolve();
  expect(element.dataset.hnTheme).toBe('dark');
});
