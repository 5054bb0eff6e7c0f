import { useState } from 'preact/hooks';
import { useAsking, useTrait } from '../shared/hooks';
import type { AnyModel } from '../shared/model';
import type { ViewProps } from '../shared/mount';
import { BusyPill, Button, EndpointPill, Mark, Notice } from '../shared/parts';
import { AccountBody } from './account';
import { BrowserWay } from './browser';
import { TokenForm } from './form';
import type { LoginModel } from './model';
import { Switcher } from './switcher';

/** Sign in with a token; afterwards, who one is and what the token may do. */
export function LoginView({ model, signal }: ViewProps<LoginModel>) {
  const phase = useTrait(model, 'phase');
  const endpoint = useTrait(model, 'endpoint');
  const account = useTrait(model, 'account');
  const sources = useTrait(model, 'sources');
  const stored = useTrait(model, 'stored');
  const trouble = useTrait(model, 'trouble');
  const checking = useTrait(model, 'checking');
  const browser = useTrait(model, 'browser');
  const [switching, setSwitching] = useState(false);
  const { ask, problem, slow } = useAsking(model as AnyModel<never>, signal);
  const signedIn = phase === 'signed_in' && account !== null;

  return (
    <section
      class="hn"
      aria-label={signedIn ? 'Account' : 'Sign in to the Hub'}
      aria-busy={phase === 'checking'}
    >
      <header class="hn-head">
        <Mark />
        <h2>{signedIn ? 'Account' : 'Sign in'}</h2>
        <div class="hn-head-end">
          {slow && phase !== 'checking' && <BusyPill />}
          <EndpointPill host={endpoint.host} local={endpoint.local} offline={endpoint.offline} />
        </div>
      </header>
      {problem && <Notice kind="err" flat title={problem.title} paragraphs={[problem.text]} />}
      {phase === 'checking' && (
        <div class="hn-body roomy hn-stack">
          <p class="hn-line one" role="status">
            <span class="hn-spin" aria-hidden="true" />
            <span>{checking}</span>
          </p>
          <div class="hn-line">
            <Button look="s" onClick={() => void ask('cancel')}>
              Cancel
            </Button>
          </div>
        </div>
      )}
      {signedIn && !switching && (
        <AccountBody
          account={account}
          endpoint={endpoint}
          sources={sources}
          onSwitch={() => setSwitching(true)}
          onSignOut={() => void ask('sign_out')}
        />
      )}
      {signedIn && switching && (
        <Switcher
          stored={stored}
          active={account.token_name}
          onChoose={(name) => {
            setSwitching(false);
            void ask('switch_to', { name });
          }}
          onOther={() => {
            setSwitching(false);
            void ask('start_over');
          }}
          onBack={() => setSwitching(false)}
        />
      )}
      {/* kept mounted while a token is checked, so that it can be put back if it is refused */}
      <div hidden={phase !== 'signed_out'}>
        <TokenForm
          phase={phase}
          endpoint={endpoint}
          sources={sources}
          stored={stored}
          trouble={trouble}
          ask={ask}
          browser={
            <BrowserWay
              model={model as AnyModel<never>}
              state={browser}
              host={endpoint.host}
              signal={signal}
            />
          }
        />
      </div>
    </section>
  );
}
