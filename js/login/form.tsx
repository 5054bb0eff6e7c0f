import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Asking } from '../shared/hooks';
import { Button, Icon, IconButton, Notice } from '../shared/parts';
import type { Endpoint, LoginModel, Problem, Source } from './model';

/** A shown token hides itself again after this time. */
const REVEAL_MS = 30_000;

interface FormProps {
  phase: LoginModel['phase'];
  endpoint: Endpoint;
  sources: readonly Source[];
  stored: readonly string[];
  trouble: Problem | null;
  ask: Asking['ask'];
  /** The way through the browser, shown first. */
  browser: ComponentChildren;
}

/**
 * The field for a token.
 *
 * The token leaves in one message to the kernel and the field is emptied in the same moment; it never becomes part of
 * the widget's state. It is remembered here, in the page only, until the kernel says whether it was accepted.
 */
export function TokenForm({ phase, endpoint, sources, stored, trouble, ask, browser }: FormProps) {
  const field = useRef<HTMLInputElement>(null);
  const pending = useRef('');
  const [keep, setKeep] = useState(true);
  const [revealed, setRevealed] = useState(false);
  const [hint, setHint] = useState('');

  useEffect(() => {
    if (phase === 'signed_in') pending.current = '';
    if (phase !== 'signed_out' || !trouble || !pending.current || !field.current) return;
    field.current.value = pending.current;
    pending.current = '';
    field.current.focus();
    field.current.select();
  }, [phase, trouble]);

  useEffect(() => {
    if (!revealed) return;
    const timer = setTimeout(() => setRevealed(false), REVEAL_MS);
    return () => clearTimeout(timer);
  }, [revealed]);

  const signIn = async () => {
    const input = field.current;
    if (!input) return;
    const token = input.value.trim();
    if (!token) {
      setHint('Paste a token first.');
      input.focus();
      return;
    }
    setHint('');
    setRevealed(false);
    pending.current = token;
    input.value = '';
    if (!(await ask('sign_in', { token, keep }))) {
      input.value = token;
      pending.current = '';
    }
  };

  const refused = trouble?.kind === 'refused';
  const below = hint || (refused && trouble.paragraphs.length > 0 ? 'Paste it again, whole.' : '');
  return (
    <>
      {(trouble || endpoint.offline) && (
        <div class="hn-body lg-trouble">
          <Trouble trouble={trouble} endpoint={endpoint} ask={ask} />
        </div>
      )}
      {!endpoint.offline && (
        <div class="hn-cols">
          {browser}
          {/* no <form>: a password manager must not offer to keep the token */}
          <div class="hn-stack loose">
            <h3 class="hn-h">Paste a token</h3>
            <div class="hn-field">
              <label class="hn-label" for="token">
                Token
              </label>
              <span class={`hn-inwrap ${below ? 'bad' : ''}`}>
                <input
                  id="token"
                  ref={field}
                  {...(revealed ? { type: 'text' } : { type: 'password' })}
                  placeholder="hf_…"
                  autocomplete="off"
                  autocapitalize="off"
                  spellcheck={false}
                  aria-describedby="token-hint"
                  aria-invalid={below ? 'true' : undefined}
                  onKeyDown={(event) => {
                    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.shiftKey)
                      void signIn();
                  }}
                />
                <IconButton
                  icon="eye"
                  label={revealed ? 'Hide the token' : 'Show the token'}
                  onClick={() => setRevealed(!revealed)}
                />
              </span>
              <span class={`hn-hint ${below ? 'err' : ''}`} id="token-hint">
                {below || 'Goes straight to the kernel. It is never stored in the notebook.'}
              </span>
            </div>
            <label class="hn-checkrow">
              <input
                type="checkbox"
                checked={keep}
                onChange={(event) => setKeep(event.currentTarget.checked)}
              />
              <span>Keep me signed in on this machine</span>
            </label>
            <div class="hn-line">
              <Button onClick={() => void signIn()}>Sign in</Button>
              {endpoint.token_page && (
                <a class="hn-lnk" href={endpoint.token_page} target="_blank" rel="noopener noreferrer">
                  Create a token
                  <Icon name="ext" small />
                </a>
              )}
              {stored.length > 0 && (
                <Button look="quiet" onClick={() => void ask('switch_to', { name: stored[0] })}>
                  Use “{stored[0]}”
                </Button>
              )}
            </div>
            <Needs />
          </div>
        </div>
      )}
      <footer class="hn-foot hn-s">
        <span class="hn-muted">{lookedFor(sources)}</span>
        <button class="hn-lnk" type="button" onClick={() => void ask('look_again')}>
          Look again
        </button>
      </footer>
    </>
  );
}

function Trouble({
  trouble,
  endpoint,
  ask,
}: {
  trouble: Problem | null;
  endpoint: Endpoint;
  ask: Asking['ask'];
}) {
  if (endpoint.offline) {
    return (
      <Notice
        kind="info"
        icon="offline"
        title="You are working offline"
        paragraphs={[
          'HF_HUB_OFFLINE=1 is set, so nothing is sent. What is in the cache works without signing in.',
        ]}
      />
    );
  }
  if (!trouble) return null;
  return (
    <Notice kind="err" title={trouble.title} paragraphs={trouble.paragraphs} details={trouble.details}>
      {trouble.kind === 'refused' && endpoint.token_page && (
        <a class="hn-btn s" href={endpoint.token_page} target="_blank" rel="noopener noreferrer">
          Create a token
          <Icon name="ext" small />
        </a>
      )}
      {trouble.kind === 'unreachable' && (
        <Button look="s" icon="retry" onClick={() => void ask('look_again')}>
          Try again
        </Button>
      )}
    </Notice>
  );
}

function Needs() {
  return (
    <div class="hn-stack">
      <h3 class="hn-h">What the token must allow</h3>
      <dl class="lg-need">
        <dt>Public repos</dt>
        <dd class="hn-muted">no token needed</dd>
        <dt>Pull private and gated repos</dt>
        <dd>
          <code>read</code>
        </dd>
        <dt>Push, edit cards, open pull requests</dt>
        <dd>
          <code>write</code>
        </dd>
        <dt>Try a model on the Hub’s servers</dt>
        <dd>Inference Providers</dd>
      </dl>
    </div>
  );
}

function lookedFor(sources: readonly Source[]): string {
  const found = sources.filter((source) => source.found).map((source) => source.label);
  if (found.length > 0) return `A token was found in: ${found.join(', ')}.`;
  return 'Looked for a token in HF_TOKEN, the token file and Colab secrets: none found.';
}
