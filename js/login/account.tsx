import { formatDate } from '../shared/format';
import { Button, Icon } from '../shared/parts';
import type { Account, Endpoint, Source } from './model';

interface AccountProps {
  account: Account;
  endpoint: Endpoint;
  sources: readonly Source[];
  onSwitch: () => void;
  onSignOut: () => void;
}

/** Who is signed in, what the token may do, and which of several tokens wins. */
export function AccountBody({ account, endpoint, sources, onSwitch, onSignOut }: AccountProps) {
  return (
    <>
      <div class="hn-cols">
        <div class="hn-stack loose">
          <div class="lg-me">
            <span class="hn-ava l c1" aria-hidden="true">
              {(account.full_name || account.name).slice(0, 1).toUpperCase()}
            </span>
            <div class="lg-who">
              <h3>{account.full_name || account.name}</h3>
              <p class="hn-muted">{account.name}</p>
            </div>
          </div>
          <dl class="hn-dl">
            <dt>Organisations</dt>
            <dd class="hn-line tight">
              {account.organisations.length === 0 && <span class="hn-muted">none</span>}
              {account.organisations.map((organisation) => (
                <span class="hn-badge plain" key={organisation.name}>
                  {organisation.name}
                  {organisation.role && <span class="hn-muted">{organisation.role}</span>}
                </span>
              ))}
            </dd>
            <dt>Token</dt>
            <dd class="hn-line tight">
              {account.token_name || 'unnamed'}
              {account.role && <span class="hn-badge">{account.role}</span>}
            </dd>
            {account.expires && (
              <>
                <dt>Expires</dt>
                <dd>{formatDate(account.expires)}</dd>
              </>
            )}
          </dl>
        </div>
        <div class="hn-stack">
          <h3 class="hn-h">This token can</h3>
          <ul class="lg-can">
            {account.can.map((permission) => (
              <li key={permission.text} class={permission.allowed ? '' : 'no'}>
                <Icon name={permission.allowed ? 'check' : 'x'} tone={permission.allowed ? 'hn-ok-t' : ''} />
                <span>{permission.text}</span>
              </li>
            ))}
          </ul>
          {endpoint.token_page && (
            <a class="hn-lnk" href={endpoint.token_page} target="_blank" rel="noopener noreferrer">
              Change permissions
              <Icon name="ext" small />
            </a>
          )}
        </div>
      </div>
      <Sources sources={sources} />
      <footer class="hn-foot">
        <span class="hn-s hn-muted">{signOutWords(sources)}</span>
        <span class="hn-line hn-push">
          <Button icon="swap" onClick={onSwitch}>
            Switch account
          </Button>
          <Button icon="out" onClick={onSignOut}>
            Sign out
          </Button>
        </span>
      </footer>
    </>
  );
}

function Sources({ sources }: { sources: readonly Source[] }) {
  return (
    <div class="lg-src">
      <p class="hn-over" id="sources">
        Where a token is looked for, in this order
      </p>
      <ol aria-labelledby="sources">
        {sources.map((source, index) => (
          <li key={source.name} class={source.in_use ? 'win' : ''}>
            <span>{index + 1}</span>
            <b>{source.label}</b>
            <span class="hn-muted">{source.in_use ? 'found' : source.note}</span>
            {source.in_use ? (
              <span class="hn-badge hub">
                <Icon name="check" />
                in use
              </span>
            ) : (
              <span />
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Tell what signing out can't undo, before it is pressed. */
function signOutWords(sources: readonly Source[]): string {
  const found = sources.filter((source) => source.found);
  const forgotten = found.filter((source) => source.name === 'session' || source.name === 'file');
  const stays = found.filter((source) => !forgotten.includes(source));
  const words = [];
  if (forgotten.length > 0) {
    words.push(
      `Signing out forgets ${forgotten.map((source) => sources.indexOf(source) + 1).join(' and ')}.`,
    );
  }
  if (stays.length > 0) words.push(`It can’t unset: ${stays.map((source) => source.label).join(', ')}.`);
  return words.join(' ');
}
