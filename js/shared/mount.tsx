import { type ComponentType, render } from 'preact';
import components from './components.css?inline';
import { guardKeys } from './keyboard';
import { language, onLanguage } from './language';
import type { AnyModel, PanelModel } from './model';
import { followTheme } from './theme';
import tokens from './tokens.css?inline';

/** The notebook's side of a widget: finds other widgets by the reference that a trait holds. */
export interface Host {
  getWidget(
    reference: unknown,
  ): Promise<{ render(options: { el: HTMLElement; signal?: AbortSignal }): Promise<void> }>;
}

/** What a panel's stub hands over: where to show which model, until when. */
export interface MountRequest {
  model: AnyModel<PanelModel>;
  el: HTMLElement;
  signal: AbortSignal;
  host: Host;
}

/** What a panel's view is given. */
export interface ViewProps<Traits extends PanelModel> {
  model: AnyModel<Traits>;
  signal: AbortSignal;
  host: Host;
}

export interface ViewOptions<Traits extends PanelModel> {
  css: string;
  view: ComponentType<ViewProps<Traits>>;
}

/**
 * Show a view in a shadow root below `el` until `signal` ends.
 *
 * The traits are those of the view: its bundle came with the panel's own class.
 *
 * The shadow root keeps the notebook's rules for rendered HTML away from our lists and headings; the
 * notebook's theme variables still reach it by inheritance.
 */
export function mountView<Traits extends PanelModel>(
  { model, el, signal, host: notebook }: MountRequest,
  { css, view: View }: ViewOptions<Traits>,
): () => void {
  const typed = model as unknown as AnyModel<Traits>;
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
  const draw = () => {
    body.lang = language();
    // a new object each time: the same element would not be drawn again
    render(<View model={typed} signal={ended.signal} host={notebook} />, body);
  };
  draw();
  onLanguage(draw, ended.signal);
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
