import { useEffect, useState } from 'preact/hooks';
import type { AnyModel } from '../shared/model';
import { Button, Icon } from '../shared/parts';
import { request } from '../shared/request';
import type { LoginModel } from './model';
import { say } from './words';

interface Code {
  code: string;
  url: string;
  left_s: number;
}

interface BrowserProps {
  model: AnyModel<never>;
  state: LoginModel['browser'];
  host: string;
  signal: AbortSignal;
}

/** Sign in by approving a code in the browser; the code is in this page only, never in the widget's state. */
export function BrowserWay({ model, state, host, signal }: BrowserProps) {
  const [code, setCode] = useState<Code | null>(null);
  const [endsAt, setEndsAt] = useState(0);
  const [asking, setAsking] = useState(false);
  const [failed, setFailed] = useState('');
  const [copied, setCopied] = useState(false);

  const take = (found: Code | null) => {
    setCode(found);
    if (found) setEndsAt(Date.now() + 1000 * found.left_s);
  };
  const begin = async () => {
    setAsking(true);
    setFailed('');
    try {
      take(await request<Code | null>(model, 'begin_browser', {}, signal));
    } catch (error) {
      if (!signal.aborted) setFailed(error instanceof Error ? error.message : String(error));
    }
    setAsking(false);
  };
  const waiting = state === 'waiting';
  useEffect(() => {
    if (!waiting || code) return;
    request<Code | null>(model, 'browser_code', {}, signal)
      .then(take)
      .catch(() => undefined);
  });
  useEffect(() => {
    if (!waiting) setCode((old) => (state === 'expired' ? old : null));
  }, [waiting, state]);
  const copy = async () => {
    if (!code) return;
    await navigator.clipboard?.writeText(code.code).catch(() => undefined);
    setCopied(true);
  };

  return (
    <section class="hn-stack loose lg-way" aria-labelledby="lg-browser">
      <h3 class="hn-h" id="lg-browser">
        {say('browser_way')}
      </h3>
      {state === 'none' && <p class="hn-muted">{say('browser_none')}</p>}
      {(state === 'offered' || state === 'denied') && (
        <p class="hn-muted">{say(state === 'denied' ? 'browser_denied' : 'browser_why', { host })}</p>
      )}
      {code && (waiting || state === 'expired') && (
        <>
          {waiting && <p class="hn-muted">{say('browser_check')}</p>}
          <div class={`lg-code ${waiting ? '' : 'old'}`}>
            <output aria-label={[...code.code].join(' ')}>{code.code}</output>
            {waiting && (
              <Button look="s" onClick={() => void copy()}>
                {say(copied ? 'copied' : 'copy')}
              </Button>
            )}
          </div>
        </>
      )}
      {waiting && code && (
        <>
          {code.url && (
            <div class="hn-line">
              <a class="hn-btn primary" href={code.url} target="_blank" rel="noopener noreferrer">
                {say('open_host', { host })}
                <Icon name="ext" small />
              </a>
            </div>
          )}
          <Countdown endsAt={endsAt} whole={code.left_s} />
          <p class="hn-s hn-muted">{say('meanwhile')}</p>
        </>
      )}
      {state === 'expired' && <p>{say('expired')}</p>}
      {failed && <p class="hn-hint err">{failed}</p>}
      {state !== 'none' && !waiting && (
        <div class="hn-line">
          <Button look="primary" off={asking} onClick={() => void begin()}>
            {say(state === 'offered' ? 'get_code' : 'new_code')}
          </Button>
        </div>
      )}
    </section>
  );
}

function Countdown({ endsAt, whole }: { endsAt: number; whole: number }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, Math.round((endsAt - now) / 1000));
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
  const soon = left === 300 || left === 60 || left === 0;
  return (
    <div class="lg-time">
      <span class="hn-line hn-s">
        <span class="hn-spin" aria-hidden="true" />
        {say('waiting')}
        <span class="hn-push hn-muted" role="timer">
          {say('left', { clock })}
        </span>
      </span>
      <span class="hn-prog thin" aria-hidden="true">
        <i style={`--p:${whole > 0 ? (100 * left) / whole : 0}%`} />
      </span>
      <span class="hn-sr" role="status">
        {soon ? say('left', { clock }) : ''}
      </span>
    </div>
  );
}
