/** A widget model as JupyterLab's manager keeps it, and as `serialize_state` reads it. */
interface KeptModel {
  get(name: string): unknown;
  model_id?: string;
  attributes?: Record<string, unknown>;
}

/**
 * Keep our models out of the saved notebook.
 *
 * With "Save Widget State Automatically" JupyterLab's manager writes every live model of the kernel into the file, bundle
 * and all. A panel without its kernel is dead weight there: the static record says what happened. The list of what is
 * written is the manager's `_modelsSync`, which serves no other purpose; ours leave it as soon as they enter. A box of
 * somebody else that holds a panel could not be restored without it, so for such a panel one line of plain HTML is
 * written in its place.
 *
 * Where a manager has no such list nothing is done, and what is saved then holds no secret.
 */
export function keepOutOfFile(manager: unknown): void {
  const kept = (manager as { _modelsSync?: unknown } | undefined)?._modelsSync;
  if (!(kept instanceof Map)) return;
  const ours = new Map<string, KeptModel>();
  const { set, values } = Map.prototype;
  const drop = (id: string, model: KeptModel) => {
    ours.set(id, model);
    kept.delete(id);
    const layout = model.get('layout') as KeptModel | null;
    if (layout?.model_id) kept.delete(layout.model_id);
  };
  for (const [id, model] of kept) if (isOurs(model)) drop(id, model);
  kept.set = (id: string, model: KeptModel) => {
    set.call(kept, id, model);
    if (isOurs(model)) drop(id, model);
    return kept;
  };
  kept.values = () => {
    const others: KeptModel[] = [...values.call(kept)];
    const held = [...ours].filter(([, model]) => others.some((other) => holds(other, model)));
    return [...others, ...held.map(([id]) => standIn(id))].values();
  };
}

function isOurs(model: KeptModel): boolean {
  return String(model.get('_anywidget_id')).startsWith('hubnb.');
}

/** Whether a trait of `box` refers to `model`, as `children` does. */
function holds(box: KeptModel, model: KeptModel): boolean {
  return Object.values(box.attributes ?? {}).some((value) =>
    Array.isArray(value) ? value.includes(model) : value === model,
  );
}

/** What is written for a panel that a box holds: the same id, and a widget that needs no kernel. */
function standIn(id: string): KeptModel & Record<string, unknown> {
  const state = {
    _view_name: 'HTMLView',
    layout: null,
    style: null,
    value: 'A panel of hubnb. Run the cell for the live view.',
  };
  return {
    model_id: id,
    name: 'HTMLModel',
    module: '@jupyter-widgets/controls',
    comm_live: true,
    get: () => '2.0.0',
    get_state: () => ({ ...state }),
    serialize: (value: unknown) => value,
  };
}
