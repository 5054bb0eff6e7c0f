/** A widget model as JupyterLab's manager keeps it. */
interface KeptModel {
  get(name: string): unknown;
}

/**
 * Keep our models off the list of those that are written into the notebook.
 *
 * With "Save Widget State Automatically" JupyterLab's manager writes every live model of the kernel into the saved file,
 * bundle and all. A panel without its kernel is dead weight there: the static record says what happened. The list is
 * the manager's `_modelsSync`, which serves no other purpose; where a manager has no such list nothing is done, and
 * what is saved then holds no secret.
 */
export function keepOutOfFile(manager: unknown): void {
  const kept = (manager as { _modelsSync?: unknown } | undefined)?._modelsSync;
  if (!(kept instanceof Map)) return;
  for (const [id, model] of kept) if (isOurs(model)) drop(kept, id, model);
  const add = Map.prototype.set;
  kept.set = (id: string, model: KeptModel) => {
    add.call(kept, id, model);
    if (isOurs(model)) drop(kept, id, model);
    return kept;
  };
}

function isOurs(model: KeptModel): boolean {
  return String(model.get('_anywidget_id')).startsWith('hubnb.');
}

function drop(kept: Map<string, KeptModel>, id: string, model: KeptModel): void {
  kept.delete(id);
  const layout = model.get('layout') as { model_id?: string } | null;
  if (layout?.model_id) kept.delete(layout.model_id);
}
