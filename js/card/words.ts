import { formatDate } from '../shared/format';
import { language } from '../shared/language';
import { words } from '../shared/words';
import { de } from './words-de';
import { fr } from './words-fr';
import { zh } from './words-zh';

const en = {
  card_editor: 'Card editor, {name}',
  view: 'View',
  edit: 'Edit',
  changes: 'Changes',
  changes_label: 'Changes between the Hub and your draft',
  began_from: '{file} on {revision}, began from {commit}',
  new_card: '{file} on {revision}, a new card',
  local_file: '{file} on this machine',
  no_home: 'No repo yet',
  fill: 'Fill from this run',
  fill_none: 'No model and no numbers were found among the variables of this notebook.',
  fill_title: 'Fill the card from',
  section: 'Section',
  section_usage: 'How to use',
  section_data: 'Training data',
  section_evaluation: 'Evaluation',
  section_limits: 'Limits',
  section_citation: 'Citation',
  undo: 'Undo',
  metadata: 'Metadata',
  write: 'Write',
  preview: 'Preview',
  scrolls_along: 'scrolls along',
  card_text: 'Card text, Markdown',
  folded: { one: '▸ metadata, {count} line', other: '▸ metadata, {count} lines' },
  edit_yaml: { one: 'Edit as YAML ({count} line)', other: 'Edit as YAML ({count} lines)' },
  form_unreadable: 'The metadata can’t be read, so there is no form. See the problems below.',
  none: 'None',
  add: 'Add',
  remove: 'Remove',
  remove_word: 'Remove {word}',
  metric: 'Metric',
  value: 'Value',
  split: 'Split',
  add_result: 'Add a result',
  field_license: 'License',
  field_language: 'Language',
  field_library_name: 'Library',
  field_pipeline_tag: 'Task',
  field_tags: 'Tags',
  field_datasets: 'Datasets',
  field_base_model: 'Base model',
  field_model_index: 'Evaluation',
  field_pretty_name: 'Name',
  field_task_categories: 'Tasks',
  field_size_categories: 'Size',
  field_source_datasets: 'Source datasets',
  field_title: 'Title',
  field_emoji: 'Emoji',
  field_sdk: 'SDK',
  field_colorFrom: 'Colour from',
  field_colorTo: 'Colour to',
  field_short_description: 'Short description',
  field_models: 'Models',
  problems: 'Problems',
  no_problems: 'No problems',
  error: 'Error',
  hint: 'Hint',
  errors: { one: 'error', other: 'errors' },
  hints: { one: 'hint', other: 'hints' },
  fix_all: 'Fix all ({number})',
  go_to: 'Go to line {line}, column {column}',
  comparing: 'Comparing…',
  no_changes: 'Nothing differs from the Hub.',
  lines: 'Lines {first} to {last}',
  changes_count: { one: '{count} change', other: '{count} changes' },
  conflict_by: '{author} changed this card {when}',
  conflict_title: 'This card changed meanwhile',
  conflict_joined: {
    one: '{count} change fits together by itself.',
    other: '{count} changes fit together by themselves.',
  },
  conflict_need: { one: '{count} needs you.', other: '{count} need you.' },
  conflict_of: '{number} of {total}',
  conflict_metadata: 'Metadata, line {line}: {key}',
  conflict_line: 'Text from line {line}',
  conflicts_left: { one: '{count} conflict left', other: '{count} conflicts left' },
  mine: 'Mine',
  theirs: 'Theirs',
  both: 'Both',
  on_hub: 'On the Hub',
  on_hub_by: 'On the Hub, {author}',
  merged_text: 'Merged text, {place}',
  nothing_there: '(nothing)',
  cancel: 'Cancel',
  finish_merge: 'Finish merge',
  push_mine: 'Push mine as pull request',
  message: 'Commit message',
  message_default: 'Update the card',
  where_to: 'Where to',
  to_branch: 'To {revision}',
  as_pull_request: 'As pull request',
  push_card: 'Push card',
  open_pull_request: 'Open pull request',
  save_file: 'Save file',
  pushing: 'Pushing…',
  errors_first: { one: '{count} error to fix first', other: '{count} errors to fix first' },
  nothing_to_push: 'Nothing to push',
  no_repo: 'Pass repo_id to hubnb.edit_card to push',
  fixed_revision: 'A commit can’t be pushed to',
  signed_out: 'Sign in to push: hubnb.login()',
  read_only: 'Your token may only read',
  cannot_push: 'Your token can’t push to {owner}. The card goes out as a pull request.',
  pushed_to: 'Card is on {revision} as {commit}',
  pushed_pr: 'Pull request {number} is open with the card',
  saved_file: 'The file is saved',
  taken_back: 'Taken back; what you wrote is still here',
  read_back: 'Read back from the Hub and found the same.',
  read_back_file: 'Read back and found the same.',
  read_back_differs: 'What the Hub gives back differs from what was sent. Look at the commit.',
  read_back_unknown: 'It could not be read back.',
  view_commit: 'View commit',
  view_pull_request: 'View pull request',
  undo_push: 'Undo push',
  undoing: 'Undoing…',
  close: 'Close',
  draft_found: 'There is a draft from {when}',
  draft_differs: 'It differs from the Hub: +{added} −{removed} lines.',
  continue_draft: 'Continue the draft',
  show_changes: 'Show changes',
  discard: 'Discard',
  reading: 'Reading the card…',
  draft_saved: 'Draft saved {time}',
  rendered: 'Rendered in {ms} ms',
  caret: 'Ln {line}, Col {column}',
  words: { one: '{count} word', other: '{count} words' },
  busy: 'Kernel busy: draft kept in this page',
  next_region: 'next region',
  kernel_lost: 'What you wrote is still here: copy it, and run the cell again.',
  copy_text: 'Copy the text',
  more: 'More: keyboard',
  key_save: 'Save the draft',
  key_push: 'To the commit message, and there push',
  key_problem: 'Next problem, previous problem',
  key_fix: 'Fix the problem here',
  key_format: 'Bold, italic, link',
  key_changes: 'Show the changes',
} as const;

export type English = typeof en;

/** The words of the card editor. */
export const say = words(en, { fr, de, zh });

const FIELDS: Record<string, keyof English> = {
  license: 'field_license',
  language: 'field_language',
  library_name: 'field_library_name',
  pipeline_tag: 'field_pipeline_tag',
  tags: 'field_tags',
  datasets: 'field_datasets',
  base_model: 'field_base_model',
  'model-index': 'field_model_index',
  pretty_name: 'field_pretty_name',
  task_categories: 'field_task_categories',
  size_categories: 'field_size_categories',
  source_datasets: 'field_source_datasets',
  title: 'field_title',
  emoji: 'field_emoji',
  sdk: 'field_sdk',
  colorFrom: 'field_colorFrom',
  colorTo: 'field_colorTo',
  short_description: 'field_short_description',
  models: 'field_models',
};

/** Name a field of the form; one without words of its own by its key. */
export function fieldName(key: string): string {
  const id = FIELDS[key];
  return id ? say(id as 'field_license') : key;
}

/** How long ago, as people say it; the date where that is longer than a day. */
export function ago(iso: string): string {
  const minutes = Math.round((Date.now() - Date.parse(iso)) / 60_000);
  const format = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' });
  if (minutes < 60) return format.format(-minutes, 'minute');
  if (minutes < 1440) return format.format(-Math.round(minutes / 60), 'hour');
  return formatDate(iso);
}

/** The time of day, to the second. */
export function timeOf(iso: string): string {
  return new Intl.DateTimeFormat(language(), { timeStyle: 'medium' }).format(new Date(iso));
}

/** The day and the minute. */
export function momentOf(iso: string): string {
  const format = new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short' });
  return format.format(new Date(iso));
}
