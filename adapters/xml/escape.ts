// Text as XML content and attribute values (XML 1.0 §2.2, §2.4, §3.3.3). Never: a character that XML cannot carry.

const UNSAFE = /[&<>"\t\n\r]/
const TEXT_UNSAFE = /[&<>\r]/g
const ATTRIBUTE_UNSAFE = /[&<>"\t\n\r]/g
// eslint-disable-next-line no-control-regex -- these are the characters that XML 1.0 §2.2 leaves out
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** Can XML 1.0 carry this text at all? Lone surrogates and control characters it cannot. */
export function isXmlText(text: string): boolean {
  return !FORBIDDEN.test(text) && text.isWellFormed()
}

export function escapeText(text: string): string {
  return UNSAFE.test(text) ? text.replace(TEXT_UNSAFE, toEntity) : text
}

/** For double-quoted values; white space is kept against attribute-value normalisation. */
export function escapeAttribute(text: string): string {
  return UNSAFE.test(text) ? text.replace(ATTRIBUTE_UNSAFE, toEntity) : text
}

function toEntity(character: string): string {
  return ENTITIES[character] ?? character
}
