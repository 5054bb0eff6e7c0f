import lists from '../shared/lists.css?inline';
import { type MountRequest, mountView } from '../shared/mount';
import css from './cache.css?inline';
import { CacheView } from './view';

export function mount(request: MountRequest): () => void {
  return mountView(request, { css: `${lists}${css}`, view: CacheView });
}
