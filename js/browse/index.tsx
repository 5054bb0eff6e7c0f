import { type MountRequest, mountView } from '../shared/mount';
import css from './browse.css?inline';
import { BrowseView } from './view';

export function mount(request: MountRequest): () => void {
  return mountView(request, { css, view: BrowseView });
}
