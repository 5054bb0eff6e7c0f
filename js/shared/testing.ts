import { mount } from '../core/index';
import { FakeModel } from './fake-model';
import type { AnyModel, PanelModel } from './model';

export interface Shown<Traits extends object> {
  model: FakeModel<Traits>;
  /** Where the panel's elements are. */
  root: ShadowRoot;
  host: HTMLElement;
  /** End the view, as the notebook does. */
  end: () => void;
}

/** Mount a panel in the page as the Core does. */
export function show<Traits extends PanelModel>(traits: Traits): Shown<Traits> {
  const model = new FakeModel(traits);
  const controller = new AbortController();
  const el = document.createElement('div');
  document.body.append(el);
  // a fake of the panel's own traits serves as a model of the traits that all panels share
  mount({ model: model as unknown as AnyModel<PanelModel>, el, signal: controller.signal });
  const host = el.firstElementChild as HTMLElement;
  if (!host.shadowRoot) throw new Error('no shadow root');
  return { model, host, root: host.shadowRoot, end: () => controller.abort() };
}

/** Let effects and promises run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

/** Find a button by its label or its words. */
export function button(root: ShadowRoot, name: string): HTMLButtonElement {
  const found = [...root.querySelectorAll('button')].find(
    (one) => one.getAttribute('aria-label') === name || one.textContent?.trim() === name,
  );
  if (!found) throw new Error(`no button ${name}: ${root.textContent}`);
  return found;
}
