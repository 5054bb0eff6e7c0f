// What the Core gives to the panels' bundles. `build.mjs` reads this file's imports: a panel that imports one of these
// modules gets it from here instead of carrying a copy.
import * as preact from 'preact';
import * as hooks from 'preact/hooks';
import * as jsx from 'preact/jsx-runtime';
import * as common from '../shared/common-words';
import * as format from '../shared/format';
import * as sharedHooks from '../shared/hooks';
import * as language from '../shared/language';
import * as later from '../shared/later';
import * as mount from '../shared/mount';
import * as parts from '../shared/parts';
import * as request from '../shared/request';
import * as words from '../shared/words';

/** By the name under which `build.mjs` leaves the module out of a panel's bundle. */
export const KIT: Record<string, unknown> = {
  preact,
  'preact/hooks': hooks,
  'preact/jsx-runtime': jsx,
  'shared/common-words': common,
  'shared/format': format,
  'shared/hooks': sharedHooks,
  'shared/language': language,
  'shared/later': later,
  'shared/mount': mount,
  'shared/parts': parts,
  'shared/request': request,
  'shared/words': words,
};
