// Persian text as systems write it, and as the Academy's orthography and Unicode want it.

const ARABIC_TO_PERSIAN: Readonly<Record<string, string>> = {
  '\u064a': '\u06cc', // ي
  '\u0649': '\u06cc', // ى
  '\u0643': '\u06a9', // ك
}

/**
 * One spelling per name: Arabic ي ى ك become ی ک, tatweel and the private-use glyph U+F076 of old printing fonts go,
 * every blank becomes one plain blank. ZWNJ separates parts of words and stays, but not doubled and not beside a blank.
 */
export function toPersianText(text: string): string {
  return (
    text
      .replace(/[\u0640\uf076\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
      .normalize('NFC')
      .replace(/[\u064a\u0649\u0643]/g, (letter) => ARABIC_TO_PERSIAN[letter] ?? letter)
      // One step for each run: several steps would leave runs to each other, and take the square of their length.
      .replace(/[\s\u200c]+/g, (run) => (/\s/.test(run) ? ' ' : '\u200c'))
      .replace(/^[ \u200c]|[ \u200c]$/g, '')
  )
}
