import { FakeModel } from './fake-model';
import { setLanguage } from './language';
import type { AnyModel, PanelModel } from './model';
import type { Host, MountRequest } from './mount';

export interface Shown<Traits extends object> {
  model: FakeModel<Traits>;
  /** Where the panel's elements are. */
  root: ShadowRoot;
  host: HTMLElement;
  /** End the view, as the notebook does. */
  end: () => void;
}

const NO_OTHER_WIDGETS: Host = { getWidget: () => Promise.reject(new Error('there is no such widget')) };

/** Mount a panel in the page as its stub does; it speaks English unless the test says otherwise. */
export function show<Traits extends PanelModel>(
  mount: (request: MountRequest) => () => void,
  traits: Traits,
  host: Host = NO_OTHER_WIDGETS,
): Shown<Traits> {
  setLanguage('en');
  const model = new FakeModel(traits);
  const controller = new AbortController();
  const el = document.createElement('div');
  document.body.append(el);
  // a fake of the panel's own traits serves as a model of the traits that all panels share
  mount({ model: model as unknown as AnyModel<PanelModel>, el, signal: controller.signal, host });
  const panel = el.firstElementChild as HTMLElement;
  if (!panel.shadowRoot) throw new Error('no shadow root');
  return { model, host: panel, root: panel.shadowRoot, end: () => controller.abort() };
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
