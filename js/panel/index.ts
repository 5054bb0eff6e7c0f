// What each panel instance carries: fetch what is shared from the Core widget and the view from its kind's, and mount. It
// must stay small, it travels once per panel; and it must say so in plain words where the notebook can't load it.

interface Model {
  get(name: string): unknown;
}

interface Core {
  exports: { kit: (name: string) => unknown };
}

interface Bundle {
  exports: {
    load(kit: Core['exports']['kit']): {
      mount(options: Omit<RenderContext, 'host'> & { host: Host }): () => void;
    };
  };
}

interface Host {
  getWidget(reference: unknown): Promise<unknown>;
}

interface RenderContext {
  model: Model;
  el: HTMLElement;
  signal: AbortSignal;
  host?: Host;
}

export default {
  async render({ model, el, signal, host }: RenderContext) {
    try {
      if (!host) throw new Error('this notebook loads an anywidget older than 0.11');
      const references = [model.get('core'), model.get('bundle')];
      const [core, bundle] = await Promise.all(references.map((one) => host.getWidget(one)));
      const view = (bundle as Bundle).exports.load((core as Core).exports.kit);
      return view.mount({ model, el, signal, host });
    } catch (error) {
      el.textContent = `This panel can’t load here: ${error instanceof Error ? error.message : error}. Everything works by call instead.`;
      return undefined;
    }
  },
};
