import { type MountRequest, mountView } from '../shared/mount';
import css from './progress.css?inline';
import { ProgressView } from './view';

export function mount(request: MountRequest): () => void {
  return mountView(request, { css, view: ProgressView });
}
