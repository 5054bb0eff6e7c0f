import type { MountRequest } from '../core/index';
import type { AnyModel } from '../shared/model';
import { mountView } from '../shared/mount';
import css from './login.css?inline';
import type { LoginModel } from './model';
import { LoginView } from './view';

/** Mount the sign-in panel. */
export function login({ model, el, signal }: MountRequest): () => void {
  // the core chose this view by the model's `kind`, so these are its traits
  const typed = model as unknown as AnyModel<LoginModel>;
  return mountView({ model: typed, el, signal, css, view: LoginView });
}
