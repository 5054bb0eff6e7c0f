import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { say } from './common-words';
import { ICON_SHAPES, type IconName } from './icon-shapes';

/** A drawing beside a word, or alone in a button that has a label. */
export function Icon({ name, small = false, tone = '' }: { name: IconName; small?: boolean; tone?: string }) {
  return (
    <svg
      class={`hn-i ${small ? 's' : ''} ${tone}`}
      viewBox="0 0 16 16"
      aria-hidden="true"
      // our own constant drawings, never text of a hub
      dangerouslySetInnerHTML={{ __html: ICON_SHAPES[name] }}
    />
  );
}

/** The sign of hubnb at the start of a panel's head. */
export function Mark() {
  return (
    <svg class="hn-mark" viewBox="0 0 18 18" aria-hidden="true">
      <rect
        x=".5"
        y=".5"
        width="17"
        height="17"
        rx="4.5"
        fill="#ffd21e"
        stroke="#b07a00"
        stroke-opacity=".55"
      />
      <path
        d="M5.5 4.5v9M5.5 9.7c.2-2 1.5-3 3.3-3 2.2 0 3.2 1.4 3.2 3.4v3.4"
        fill="none"
        stroke="#3a2d00"
        stroke-width="1.8"
        stroke-linecap="round"
      />
      <circle cx="13.2" cy="4.8" r="1.3" fill="#3a2d00" />
    </svg>
  );
}

type ButtonProps = Omit<JSX.IntrinsicElements['button'], 'icon' | 'type'> & {
  /** Classes of the look: "primary", "s quiet", … */
  look?: string;
  icon?: IconName;
  /** Stays focusable but does nothing. */
  off?: boolean;
};

export function Button({ look = '', icon, off = false, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type="button"
      class={`hn-btn ${look}`}
      aria-disabled={off ? 'true' : undefined}
      onClick={(event) => !off && onClick?.(event)}
    >
      {icon && <Icon name={icon} small />}
      {children}
    </button>
  );
}

export function IconButton({
  icon,
  label,
  onClick,
  expanded,
  off = false,
}: {
  icon: IconName;
  label: string;
  onClick: () => void;
  expanded?: boolean;
  off?: boolean;
}) {
  return (
    <button
      type="button"
      class="hn-btn icon s quiet"
      aria-label={label}
      title={label}
      aria-expanded={expanded}
      aria-disabled={off ? 'true' : undefined}
      onClick={() => !off && onClick()}
    >
      <Icon name={icon} />
    </button>
  );
}

const NOTICE_ICONS = { err: 'err', warn: 'warn', info: 'info' } as const;
export type NoticeKind = keyof typeof NOTICE_ICONS;

/** What happened / why / what to do, where the thing is. */
export function Notice({
  kind,
  title,
  icon,
  paragraphs,
  details,
  flat = false,
  children,
}: {
  kind: NoticeKind;
  title: string;
  icon?: IconName;
  paragraphs: readonly string[];
  details?: string;
  flat?: boolean;
  children?: ComponentChildren;
}) {
  const [open, setOpen] = useState(false);
  return (
    <div class={`hn-notice ${kind} ${flat ? 'flat' : ''}`} role={kind === 'err' ? 'alert' : 'status'}>
      <Icon name={icon ?? NOTICE_ICONS[kind]} />
      <strong>{title}</strong>
      {paragraphs.map((text) => (
        <p key={text}>{text}</p>
      ))}
      {open && details && <p class="hn-s hn-mono">{details}</p>}
      {(children || details) && (
        <div class="hn-line">
          {children}
          {details && (
            <Button look="s quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
              {say('details')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** "owner/name": the owner gives way first where there is no room. */
export function RepoId({ id }: { id: string }) {
  const slash = id.indexOf('/');
  return (
    <bdi class="hn-repo" dir="ltr" title={id}>
      {slash > 0 && (
        <>
          <span>{id.slice(0, slash)}</span>
          <i>/</i>
        </>
      )}
      <b>{id.slice(slash + 1)}</b>
    </bdi>
  );
}

/** A path whose end (the extension) always stays. */
export function FileName({ path }: { path: string }) {
  const dot = path.lastIndexOf('.');
  const cut = dot > 0 && path.length - dot <= 16 ? dot : path.length;
  return (
    <bdi class="hn-fn" dir="ltr" title={path}>
      <span>{path.slice(0, cut)}</span>
      <span>{path.slice(cut)}</span>
    </bdi>
  );
}

/** Which hub this is about; a hub on this machine is yellow. */
export function EndpointPill({ host, local, offline }: { host: string; local: boolean; offline: boolean }) {
  if (offline) {
    return (
      <span class="hn-pill off" title={host}>
        <Icon name="offline" small />
        <span>{say('offline')}</span>
      </span>
    );
  }
  return (
    <span class={`hn-pill ${local ? 'local' : ''}`} title={say('endpoint', { host })}>
      <Icon name={local ? 'plug' : 'globe'} small />
      <span class="hn-trunc">
        <span class="hn-sr">{say('endpoint', { host: '' })}</span>
        {local && <span class="hide-m">{say('local_hub')} · </span>}
        {host}
      </span>
    </span>
  );
}

export function BusyPill() {
  return (
    <span class="hn-pill busy" role="status">
      <span class="hn-spin" aria-hidden="true" />
      <span>{say('kernel_busy')}</span>
    </span>
  );
}
