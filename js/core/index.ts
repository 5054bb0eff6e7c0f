// The Core widget's code: one per kernel, holds every view. A panel asks it to mount the view of its kind.
import { login } from '../login/index';
import { progress } from '../progress/index';
import type { AnyModel, PanelModel } from '../shared/model';
import { keepOutOfFile } from './forget';

export interface MountRequest {
  model: AnyModel<PanelModel>;
  el: HTMLElement;
  signal: AbortSignal;
}

type Mount = (request: MountRequest) => () => void;

/** One entry a panel; the key is the Python module's name. */
const VIEWS: Record<string, Mount> = { login, progress };

export function mount(request: MountRequest): () => void {
  const kind = request.model.get('kind');
  const view = VIEWS[kind];
  if (!view) throw new Error(`this version of hubnb has no panel called ${kind}`);
  return view(request);
}

export default {
  // synchronous on purpose: a kernel reply awaited here would never come
  initialize({ model }: { model: { widget_manager?: unknown } }) {
    keepOutOfFile(model.widget_manager);
    return { mount };
  },
};
