export type Theme = 'light' | 'dark';

/** Keep `data-hn-theme` of the panel's root equal to the host's theme until `signal` ends. */
export function followTheme(root: HTMLElement, signal: AbortSignal): void {
  const apply = () => {
    root.dataset.hnTheme = hostTheme(root);
  };
  apply();
  const watcher = new MutationObserver(apply);
  const filter = { attributes: true, attributeFilter: ['class', 'data-jp-theme-light', 'theme', 'style'] };
  watcher.observe(document.body, filter);
  watcher.observe(document.documentElement, filter);
  signal.addEventListener('abort', () => watcher.disconnect());
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply, { signal });
}

/** Ask the hosts in order of how surely they know: JupyterLab, VS Code, Colab, marimo, the page's own colour. */
export function hostTheme(root: HTMLElement): Theme {
  const { body, documentElement: page } = document;
  const jupyter = body.getAttribute('data-jp-theme-light');
  if (jupyter) return jupyter === 'true' ? 'light' : 'dark';
  if (body.matches('.vscode-dark, .vscode-high-contrast:not(.vscode-high-contrast-light)')) return 'dark';
  if (body.matches('.vscode-light, .vscode-high-contrast-light')) return 'light';
  const colab = page.getAttribute('theme');
  if (colab === 'dark' || colab === 'light') return colab;
  for (const element of [body, page]) {
    if (element.classList.contains('dark')) return 'dark';
    if (element.classList.contains('light')) return 'light';
  }
  return measuredTheme(root) ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
}

/** The first ancestor with a background that is not see-through decides. */
function measuredTheme(root: HTMLElement): Theme | null {
  const shadow = root.getRootNode();
  let element: Element | null = shadow instanceof ShadowRoot ? shadow.host : root.parentElement;
  for (; element; element = element.parentElement) {
    const [r = 0, g = 0, b = 0, alpha = 1] = (
      getComputedStyle(element).backgroundColor.match(/[\d.]+/g) ?? []
    ).map(Number);
    if (alpha > 0.5) return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255 > 0.5 ? 'light' : 'dark';
  }
  return null;
}
