// What each panel instance carries: fetch the shared bundle from the Core widget, and mount. It must stay small, it travels
// once per panel; and it must say so in plain words where the notebook can't load it.

interface Model {
  get(name: string): unknown;
}

interface Mounted {
  exports: { mount(options: { model: Model; el: HTMLElement; signal: AbortSignal }): () => void };
}

interface RenderContext {
  model: Model;
  el: HTMLElement;
  signal: AbortSignal;
  host?: { getWidget(reference: unknown): Promise<Mounted> };
}

export default {
  async render({ model, el, signal, host }: RenderContext) {
    try {
      if (!host) throw new Error('this notebook loads an anywidget older than 0.11');
      const core = await host.getWidget(model.get('core'));
      return core.exports.mount({ model, el, signal });
    } catch (error) {
      el.textContent = `This panel can’t load here: ${error instanceof Error ? error.message : error}. Everything works by call instead.`;
      return undefined;
    }
  },
};
