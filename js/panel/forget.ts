/** A widget model as JupyterLab's manager keeps it. */
interface KeptModel {
  get(name: string): unknown;
}

/** Tries, in ms after the model is made: the manager files a model away a moment after that. */
const TRIES_MS = [0, 50, 300, 1500];

/**
 * Take our models off the list of those that are written into the notebook.
 *
 * With "Save Widget State Automatically" JupyterLab's manager writes every live model of the kernel into the saved file,
 * bundle and all. A panel without its kernel is dead weight there: the static record says what happened. The list is
 * `_modelsSync`; where a manager has no such list, nothing is done, and nothing secret is in the state.
 */
export function forget(model: { widget_manager?: unknown }): void {
  const kept = (model.widget_manager as { _modelsSync?: unknown } | undefined)?._modelsSync;
  if (!(kept instanceof Map)) return;
  for (const delayMs of TRIES_MS) setTimeout(() => dropOurs(kept), delayMs);
}

function dropOurs(kept: Map<string, KeptModel>): void {
  for (const [id, one] of kept) {
    if (!String(one.get('_anywidget_id')).startsWith('hubnb.')) continue;
    kept.delete(id);
    const layout = one.get('layout') as { model_id?: string } | null;
    if (layout?.model_id) kept.delete(layout.model_id);
  }
}
