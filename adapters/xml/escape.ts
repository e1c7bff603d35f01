// Text as XML content and attribute values (XML 1.0 §2.4, §3.3.3); whether XML can carry it at all is asked of isXmlText.

export { isXmlText } from './characters.ts'

const UNSAFE = /[&<>"\t\n\r]/
const TEXT_UNSAFE = /[&<>\r]/g
const ATTRIBUTE_UNSAFE = /[&<>"\t\n\r]/g
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
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
