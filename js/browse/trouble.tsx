import type { ComponentChildren } from 'preact';
import { say as common } from '../shared/common-words';
import { Button, Notice, type NoticeKind } from '../shared/parts';
import type { Trouble } from './model';
import { say } from './words';

const KINDS: Record<string, NoticeKind> = { gated: 'warn', offline: 'info', stopped: 'info' };

/** What went wrong / why / what to do. */
export function TroubleNotice({
  trouble,
  name,
  onRetry,
  children,
}: {
  trouble: Trouble;
  /** The repository it is about. */
  name: string;
  onRetry?: () => void;
  children?: ComponentChildren;
}) {
  const [title, ...paragraphs] = wordsFor(trouble, name);
  return (
    <Notice
      kind={KINDS[trouble.kind] ?? 'err'}
      title={title}
      paragraphs={paragraphs}
      {...(trouble.details ? { details: trouble.details } : {})}
    >
      {onRetry && (
        <Button look="s" onClick={onRetry}>
          {common('try_again')}
        </Button>
      )}
      {children}
    </Notice>
  );
}

/** Title and reasons, in the person's language where the kind is known. */
export function wordsFor({ kind, title, text, host }: Trouble, name: string): [string, ...string[]] {
  switch (kind) {
    case 'missing':
      return [say('missing_title', { name, host }), say('missing_why')];
    case 'revision':
      return [say('revision_title', { name }), say('revision_why')];
    case 'gated':
      return [say('gated_title'), say('gated_why', { owner: name.split('/')[0] ?? name })];
    case 'unreachable':
      return [say('unreachable_title', { host }), text || title];
    case 'slow_down':
      return [say('slow_down_title', { host }), say('slow_down_why')];
    case 'token':
      return [say('token_title', { host }), say('token_why')];
    case 'forbidden':
      return [say('forbidden_title'), say('forbidden_why')];
    case 'stopped':
      return [say('stopped_title'), say('stopped_why', { host })];
    case 'offline':
      return [say('offline_title'), text || title];
    case 'hub':
      return [say('hub_title', { host }), text || title];
    default:
      return text ? [title, text] : [title];
  }
}
