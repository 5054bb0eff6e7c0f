import { type Language, language } from './language';

/** A sentence with named places, e.g. `Pulled {size}`; or one form of it per plural rule, chosen by the place `count`. */
export type Message = string | PluralForms;
export type PluralForms = { readonly other: string } & { readonly [Rule in Intl.LDMLPluralRule]?: string };

export type Catalogue = Readonly<Record<string, Message>>;
/** The same messages in another language. Its plural rules differ, so its forms may. */
export type Translated<English extends Catalogue> = {
  readonly [Id in keyof English]: English[Id] extends string ? string : PluralForms;
};
export type Translations<English extends Catalogue> = Readonly<
  Record<Exclude<Language, 'en'>, Translated<English>>
>;

type PlaceIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | PlaceIn<Rest> : never;
type PlacesOf<One> = One extends string
  ? PlaceIn<One>
  : One extends PluralForms
    ? PlaceIn<One[keyof One]> | 'count'
    : never;
type Values<Names extends string> = {
  readonly [Name in Names]: Name extends 'count' ? number : string | number;
};

/** Every catalogue that was made, for the test that lays the languages side by side. */
export const everyCatalogue = new Set<Record<Language, Catalogue>>();

/** Say a message of a catalogue in the language of the moment. */
export type Say<English extends Catalogue> = <Id extends keyof English & string>(
  id: Id,
  ...values: [PlacesOf<English[Id]>] extends [never] ? [] : [Values<PlacesOf<English[Id]> & string>]
) => string;

/**
 * Give a panel its words: `const say = words(en, { fr, de, zh })`, then `say('pulled', { size })`.
 *
 * Sentences are whole, never joined from pieces: their order differs between languages. Numbers are written as the
 * language does. The language is read at every call, and a change of it draws every panel again.
 */
export function words<const English extends Catalogue>(
  english: English,
  translations: Translations<English>,
): Say<English> {
  const catalogues: Record<Language, Catalogue> = { en: english, ...translations };
  everyCatalogue.add(catalogues);
  return (id, ...[values]) => {
    const message = catalogues[language()][id] ?? english[id] ?? id;
    return fill(message, (values ?? {}) as Record<string, string | number>);
  };
}

function fill(message: Message, values: Record<string, string | number>): string {
  const text = typeof message === 'string' ? message : formOf(message, Number(values.count));
  return text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    return typeof value === 'number' ? new Intl.NumberFormat(language()).format(value) : (value ?? place);
  });
}

function formOf(forms: PluralForms, count: number): string {
  return forms[new Intl.PluralRules(language()).select(count)] ?? forms.other;
}
