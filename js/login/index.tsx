import { type MountRequest, mountView } from '../shared/mount';
import css from './login.css?inline';
import { LoginView } from './view';

export function mount(request: MountRequest): () => void {
  return mountView(request, { css, view: LoginView });
}
