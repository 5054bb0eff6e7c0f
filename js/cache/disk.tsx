import { formatBytes } from '../shared/format';
import { RepoId } from '../shared/parts';
import type { Repo, Totals } from './model';
import { say } from './words';

const LARGEST = 5;

/** The largest repositories and the others as one bar; what is chosen is hatched. */
export function Disk({ repos, totals, chosen }: { repos: Repo[]; totals: Totals; chosen: Set<string> }) {
  const largest = [...repos].sort((a, b) => b.size - a.size);
  const named = largest.slice(0, LARGEST);
  const others = largest.slice(LARGEST);
  const rest = others.reduce((sum, repo) => sum + repo.size, 0);
  const list = named.map((repo) => `${repo.id} ${formatBytes(repo.size)}`).join(', ');
  const parts = [
    ...named.map((repo, index) => part(repo.size, chosenOf([repo], chosen), `var(--hn-d${index + 1})`)),
    ...(rest > 0 ? [part(rest, chosenOf(others, chosen), 'var(--hn-d6)')] : []),
  ];
  return (
    <>
      <div class="ca-disk" role="img" aria-label={say('bar', { size: formatBytes(totals.size), list })}>
        {parts}
      </div>
      <ul class="ca-leg">
        {named.map((repo, index) => (
          <li key={repo.key}>
            <i style={`--c:var(--hn-d${index + 1})`} />
            <RepoId id={repo.id} />
            <span class="sz">{formatBytes(repo.size)}</span>
          </li>
        ))}
        {rest > 0 && (
          <li>
            <i style="--c:var(--hn-d6)" />
            {say('others', { count: others.length })}
            <span class="sz">{formatBytes(rest)}</span>
          </li>
        )}
      </ul>
    </>
  );
}

function part(size: number, going: number, colour: string) {
  return [
    size > going && <i key={`${colour}-stays`} style={`--f:${size - going};--c:${colour}`} />,
    going > 0 && <i key={`${colour}-goes`} class="sel" style={`--f:${going};--c:${colour}`} />,
  ];
}

/** What goes of these with the chosen revisions, as near as the rows tell. */
function chosenOf(repos: Repo[], chosen: Set<string>): number {
  return repos.reduce((sum, repo) => {
    const going = repo.revisions.filter((one) => chosen.has(one.commit));
    if (going.length === repo.revisions.length) return sum + repo.size;
    return sum + going.reduce((all, one) => all + one.frees, 0);
  }, 0);
}
