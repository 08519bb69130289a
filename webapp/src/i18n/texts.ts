import de from './de.json';
import en from './en.json';

/** The texts of the web client's language: German, else English. */
export function textsOf(locale: string): Readonly<Record<string, string>> {
    return locale.toLowerCase().startsWith('de') ? de : en;
}
