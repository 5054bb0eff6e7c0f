import { type ComponentType, render } from 'preact';
import components from './components.css?inline';
import { guardKeys } from './keyboard';
import type { AnyModel, PanelModel } from './model';
import { followTheme } from './theme';
import tokens from './tokens.css?inline';

/** What a panel's view is given. */
export interface ViewProps<Traits extends PanelModel> {
  model: AnyModel<Traits>;
  signal: AbortSignal;
}

export interface MountOptions<Traits extends PanelModel> {
  model: AnyModel<Traits>;
  el: HTMLElement;
  signal: AbortSignal;
  css: string;
  view: ComponentType<ViewProps<Traits>>;
}

/**
 * Show a view in a shadow root below `el` until `signal` ends.
 *
 * The shadow root keeps the notebook's rules for rendered HTML away from our lists and headings; the
 * notebook's theme variables still reach it by inheritance.
 */
export function mountView<Traits extends PanelModel>(options: MountOptions<Traits>): () => void {
  const { model, el, signal, css, view: View } = options;
  const ended = new AbortController();
  const host = document.createElement('div');
  host.className = 'hubnb-panel';
  const root = host.attachShadow({ mode: 'open' });
  const style = document.createElement('style');
  style.textContent = `${tokens}${components}${css}`;
  const body = document.createElement('div');
  body.className = 'hn-root';
  root.append(style, body);
  el.classList.add('hubnb-host');
  el.append(host);
  guardKeys(host, ended.signal);
  render(<View model={model} signal={ended.signal} />, body);
  for (const section of body.querySelectorAll<HTMLElement>('.hn')) followTheme(section, ended.signal);
  stylePage(model.get('sid'), ended.signal);
  const end = () => {
    if (ended.signal.aborted) return;
    ended.abort();
    render(null, body);
    host.remove();
  };
  signal.addEventListener('abort', end);
  return end;
}

/**
 * The two rules that the page around the shadow root needs while the view is there.
 *
 * The static record stands below the live view, and is only to be seen where the view is not. And a panel that adapts
 * to its width has none of its own: in a row of ipywidgets it would vanish. (An inline style would be wiped by ipywidgets'
 * layout, which in turn must win over this one.)
 */
function stylePage(sid: string, signal: AbortSignal): void {
  const style = document.createElement('style');
  const record = `.hubnb-rec-${CSS.escape(sid)}`;
  // only the output that is the record: an Output widget around both must stay
  style.textContent = `.jp-OutputArea-child:has(>.jp-OutputArea-output>${record}),${record}{display:none!important}.hubnb-host{width:100%;min-width:min(100%,240px)}`;
  document.head.append(style);
  signal.addEventListener('abort', () => style.remove());
}
