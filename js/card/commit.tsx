import type { RefObject } from 'preact';
import { Button, Icon } from '../shared/parts';
import { Glyph } from './icons';
import type { Home, Permission } from './model';
import { Segment } from './segment';
import { say } from './words';

export type Where = 'branch' | 'pull_request';

interface CommitProps {
  field: RefObject<HTMLInputElement | null>;
  home: Home;
  permission: Permission;
  message: string;
  where: Where;
  errors: number;
  changed: boolean;
  pushing: boolean;
  onMessage: (message: string) => void;
  onWhere: (where: Where) => void;
  onPush: () => void;
}

/** Message, where to, and the push; off with its reason where it can't be. */
export function CommitBar(props: CommitProps) {
  const { field, home, permission, message, where, errors, changed, pushing } = props;
  const reason = reasonOff(home, permission, errors, changed);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      if (!reason && !pushing) props.onPush();
    }
  };
  return (
    <footer class="hn-foot cd-commit">
      {!home.local && (
        <input
          ref={field}
          class="hn-input"
          aria-label={say('message')}
          value={message}
          onInput={(event) => props.onMessage(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      )}
      <span class="grp">
        {reason && (
          <span class={`hn-s ${errors > 0 ? 'hn-err-t' : 'hn-muted'}`} id="cd-reason" role="status">
            {reason}
          </span>
        )}
        {home.id && (
          <Segment<Where>
            label={say('where_to')}
            value={where}
            options={[
              [
                'branch',
                <>
                  <Glyph name="commit" />
                  <bdi>{say('to_branch', { revision: home.revision })}</bdi>
                </>,
                permission.may === 'pull_request',
              ],
              [
                'pull_request',
                <>
                  <Glyph name="pr" />
                  {say('as_pull_request')}
                </>,
              ],
            ]}
            onChoose={props.onWhere}
          />
        )}
        <Button
          look="primary"
          off={reason !== '' || pushing}
          aria-describedby={reason ? 'cd-reason' : undefined}
          onClick={props.onPush}
        >
          {pushing ? <span class="hn-spin" aria-hidden="true" /> : <Icon name="push" small />}
          {pushing ? say('pushing') : pushWords(home, where)}
        </Button>
      </span>
    </footer>
  );
}

function pushWords(home: Home, where: Where): string {
  if (home.local) return say('save_file');
  return where === 'pull_request' ? say('open_pull_request') : say('push_card');
}

function reasonOff(home: Home, permission: Permission, errors: number, changed: boolean): string {
  if (errors > 0) return say('errors_first', { count: errors });
  if (!home.id && !home.local) return say('no_repo');
  if (home.fixed) return say('fixed_revision');
  if (permission.may === 'nothing') return permission.user ? say('read_only') : say('signed_out');
  return changed ? '' : say('nothing_to_push');
}
