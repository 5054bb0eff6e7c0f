import { type MountRequest, mountView } from '../shared/mount';
import css from './try_model.css?inline';
import { TryView } from './view';

export function mount(request: MountRequest): () => void {
  return mountView(request, { css, view: TryView });
}
