import { formatBytes } from '../shared/format';
import { Button, Icon, Notice } from '../shared/parts';
import type { Place, Trouble } from './model';
import { placeName, say } from './words';

/** What went wrong, why, and the nearest thing that works. */
export function TroubleNotice({
  trouble,
  places,
  onPlace,
  onAgain,
}: {
  trouble: Trouble;
  places: Place[];
  onPlace: (place: string) => void;
  onAgain: () => void;
}) {
  const [title, ...paragraphs] = sentences(trouble);
  const kernel = places.find((one) => one.id === 'kernel');
  const others = trouble.others.filter((one) => one !== 'kernel').slice(0, 2);
  const inKernel = trouble.others.includes('kernel') && trouble.place !== 'kernel';
  const again = ['unreachable', 'timeout', 'slow_down', 'failed', 'offline', 'missing', 'token'];
  return (
    <Notice kind="err" flat title={title ?? trouble.title} paragraphs={paragraphs} details={trouble.details}>
      {trouble.kind === 'permission' && trouble.settings_url && (
        <a class="hn-btn s" href={trouble.settings_url} target="_blank" rel="noreferrer">
          {say('tick_it', { host: trouble.host })}
          <Icon name="ext" small />
        </a>
      )}
      {again.includes(trouble.kind) && (
        <Button look="s" onClick={onAgain}>
          {say('try_again')}
        </Button>
      )}
      {others.map((place) => (
        <Button key={place} look="s" onClick={() => onPlace(place)}>
          {say('run_at', { place: placeName(place) })}
        </Button>
      ))}
      {inKernel && (
        <Button look="s" onClick={() => onPlace('kernel')}>
          {kernel?.bytes ? say('pull_and_run', { size: formatBytes(kernel.bytes) }) : say('run_here')}
        </Button>
      )}
    </Notice>
  );
}

function sentences(trouble: Trouble): string[] {
  const { host } = trouble;
  const place = placeName(trouble.place);
  switch (trouble.kind) {
    case 'permission':
      return [say('permission_title'), say('permission_why', { host })];
    case 'token':
      return [say('token_title', { host }), say('token_why')];
    case 'credits':
      return [say('credits_title'), say('credits_why', { place })];
    case 'not_served':
      return [say('not_served_title', { place }), say('not_served_why')];
    case 'slow_down':
      return [say('slow_down_title', { place }), say('slow_down_why')];
    case 'timeout':
      return [say('timeout_title'), say('timeout_why', { place })];
    case 'failed':
      return [say('failed_title', { place }), say('failed_why')];
    case 'unreachable':
      return [say('unreachable_title', { host }), say('unreachable_why')];
    case 'offline':
      return [say('offline_title'), say('offline_why')];
    case 'missing':
      return [say('missing_title', { host }), say('missing_why')];
    default:
      return trouble.text ? [trouble.title, trouble.text] : [trouble.title];
  }
}
