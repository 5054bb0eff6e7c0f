import { type MountRequest, mountView } from '../shared/mount';
import css from './card.css?inline';
import { CardEditor } from './view';

export function mount(request: MountRequest): () => void {
  return mountView(request, { css, view: CardEditor });
}
