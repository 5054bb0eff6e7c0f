export type Library = 'hubnb' | 'transformers' | 'huggingface_hub';

export interface Wanted {
  repoId: string;
  kind: 'model' | 'dataset' | 'space';
  /** Branch, tag, pull request or commit that is looked at. */
  revision: string;
  commit: string | null;
  pinned: boolean;
  /** Chosen files; empty means all. */
  paths: string[];
  /** More were chosen than are written down. */
  cut: boolean;
  library: Library;
}

/** Python that gets the same files: of the commit, so that it gives the same next year, or of the branch. */
export function pythonCode(wanted: Wanted): string {
  const { repoId, kind, pinned, commit, revision, paths, library } = wanted;
  const at = pinned && commit ? commit : revision;
  const today = pinned && commit && at !== revision ? `  # ${oneLine(revision)} today` : '';
  const lines: string[] = [`    ${quoted(repoId)},`];
  if (library === 'transformers') {
    if (at !== 'main') lines.push(`    revision=${quoted(at)},${today}`);
    return [
      'from transformers import AutoModel, AutoTokenizer',
      '',
      'model = AutoModel.from_pretrained(',
      ...lines,
      ')',
      'tokenizer = AutoTokenizer.from_pretrained(',
      ...lines,
      ')',
    ].join('\n');
  }
  const [only] = paths;
  const single = paths.length === 1 && only !== undefined;
  const name = single ? 'hf_hub_download' : 'snapshot_download';
  if (single) lines.push(`    ${quoted(only)},`);
  if (kind !== 'model') lines.push(`    repo_type=${quoted(kind)},`);
  if (at !== 'main') lines.push(`    revision=${quoted(at)},${today}`);
  if (paths.length > 1 && !wanted.cut) {
    lines.push('    allow_patterns=[');
    for (const path of paths) lines.push(`        ${quoted(escapeGlob(path))},`);
    lines.push('    ],');
  }
  return [`from ${library} import ${name}`, '', `path = ${name}(`, ...lines, ')'].join('\n');
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (one) => {
      return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
}

/** A name in a comment may not end the comment. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function escapeGlob(path: string): string {
  return path.replace(/[*?[]/g, '[$&]');
}
