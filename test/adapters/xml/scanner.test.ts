// The scanner beside saxes, which has been in use for years: on thousands of broken and whole texts both must say the same,
// however the text is cut into pieces. And what they do differently, on purpose.

import { SaxesParser } from 'saxes'
import { describe, expect, test } from 'vitest'

import { XmlError, type XmlHandler, type XmlTag } from '../../../adapters/xml/parse.ts'
import { XmlScanner } from '../../../adapters/xml/scanner.ts'

const SEEDS = [
  '<?xml version="1.0" encoding="utf-8"?><a xmlns="u" xmlns:p="v"><p:b x="1" p:x=\'2\'>t&amp;&#x6A9;</p:b><!-- c --><c/></a>',
  '<a><![CDATA[<x>]]>]] ><b>\r\nش\r</b><?pi some?></a>\n<!-- end -->',
  '<p:a xmlns:p="u"><p:b xmlns:p="v"><p:c xmlns=""/></p:b><d xml:lang="fa" e="&lt;&quot;\t\n"/></p:a>',
  '<a b="1" c="2"\n d="3"></a  >',
  '<a><b c="1">x</b><b c="2">y</b><b c="3" /><b></b><b/><b>z</b></a>',
  '<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><b i:nil="1"/><b i:nil="1"/><b i:type="c">1</b><b xmlns="u">2</b><b xmlns="u">3</b></a>',
  '<a>😀 &#128512; ۱۲۳ \u200c</a>',
]
const PARTS = '<>&;"\'=/ ?!-[]:\n\r\tab1xpmlns#\u0001\uFFFEش'
  .split('')
  .concat([
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '?>',
    '&amp;',
    '&#0;',
    '&#xD;',
    'xmlns:p="v"',
    'xmlns=""',
    ' p:x="1"',
    '</a>',
    '<b>',
    '\uD83D',
  ])

/** mulberry32: the same texts in every run. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = Math.trunc(state + 0x6d_2b_79_f5)
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

function mutated(random: (below: number) => number): string {
  let text = SEEDS[random(SEEDS.length)]!
  for (let count = random(3); count >= 0; count -= 1) {
    const at = random(text.length + 1)
    const gone = random(4) === 0 ? random(6) : 0
    const part = random(3) === 0 ? '' : PARTS[random(PARTS.length)]!
    text = text.slice(0, at) + part + text.slice(at + gone)
  }
  return text
}

class Listener implements XmlHandler {
  readonly seen: string[] = []

  open({ namespace, local, attributes }: XmlTag): void {
    const shown = attributes.map(
      (each) => ` {${each.namespace}}${each.local}=${JSON.stringify(each.value)}`,
    )
    this.seen.push(`<{${namespace}}${local}${shown.toSorted().join('')}>`)
  }

  text(value: string): void {
    this.seen.push(value.replaceAll('<', '&lt;'))
  }

  close(): void {
    this.seen.push('</>')
  }
}

class LeafListener extends Listener {
  leaf(tag: XmlTag, text: string): void {
    this.open(tag)
    if (text !== '') this.text(text)
    this.close()
  }
}

/** Events with neighbouring texts joined; undefined when refused. */
function ours(
  text: string,
  cuts: (length: number) => number,
  listener = new Listener(),
): string | undefined {
  const { seen } = listener
  const scanner = new XmlScanner(listener)
  try {
    for (let at = 0; at < text.length;) {
      let size = cuts(text.length)
      // Whoever cuts bytes into pieces never cuts a surrogate pair.
      if (/[\uD800-\uDBFF]/.test(text.charAt(at + size - 1))) size += 1
      scanner.write(text.slice(at, at + size))
      at += size
    }
    scanner.end()
    return seen.join('')
  } catch (error) {
    if (error instanceof XmlError) return undefined
    throw error
  }
}

function theirs(text: string): string | undefined {
  const seen: string[] = []
  const parser = new SaxesParser({ xmlns: true })
  let refused = false
  parser.on('error', () => (refused = true))
  parser.on('doctype', () => (refused = true))
  parser.on('opentag', (tag) => {
    const attributes = Object.values(tag.attributes)
      .filter(({ prefix, name }) => prefix !== 'xmlns' && name !== 'xmlns')
      .map((each) => ` {${each.uri}}${each.local}=${JSON.stringify(each.value)}`)
    seen.push(`<{${tag.uri}}${tag.local}${attributes.toSorted().join('')}>`)
  })
  // White space around the root is text for saxes.
  let depth = 0
  parser.on('opentagstart', () => (depth += 1))
  parser.on('text', (value) => depth > 0 && seen.push(value.replaceAll('<', '&lt;')))
  parser.on('cdata', (value) => seen.push(value.replaceAll('<', '&lt;')))
  parser.on('closetag', () => {
    depth -= 1
    seen.push('</>')
  })
  parser.write(text).close()
  return refused ? undefined : seen.join('')
}

/** What saxes allows and the specifications do not, or the other way round; each with its reason. */
function isKnown(text: string): boolean {
  return (
    // Lone surrogates are no characters (XML 1.0 §2.2).
    !text.isWellFormed() ||
    // The mutations can write no DOCTYPE that we should take.
    /<!doctype/i.test(text) ||
    // White space before the declaration is forgiven here.
    /^\s+<\?xml/.test(text) ||
    // saxes looks only at the first letter of a name for what may not begin one, and takes any target of an instruction.
    /:[-.\d]/.test(text) ||
    /<\?[a-z]*[^a-z\s]/.test(text)
  )
}

describe('beside saxes', () => {
  test('whole and broken texts are told apart alike, whole or in pieces', () => {
    const random = randomOf(4)
    let taken = 0
    for (let round = 0; round < 6_000; round += 1) {
      const text = mutated(random)
      if (isKnown(text)) continue
      const expected = theirs(text)
      expect([text, ours(text, (length) => length)]).toEqual([text, expected])
      expect([text, ours(text, () => 1 + random(7))]).toEqual([text, expected])
      for (const cut of [text.length, 1 + random(40)]) {
        expect([text, ours(text, () => cut, new LeafListener())]).toEqual([text, expected])
      }
      if (expected !== undefined) taken += 1
    }
    expect(taken).toBeGreaterThan(500)
  })
})

describe('what saxes lets through', () => {
  test.each([
    ['a name that begins with a digit', '<a xmlns:p="u" p:1="x"/>'],
    ['a lone surrogate', '<a>\uD83D</a>'],
    ['a declaration of the prefix xmlns', '<a xmlns:xmlns="u"/>'],
    ['a prefix that is taken back', '<a xmlns:p="u"><b xmlns:p=""/></a>'],
    ['another namespace for xml', '<a xmlns:xml="u"/>'],
    ['an entity without end over the pieces', `<a>&${'x'.repeat(100)}</a>`],
  ])('%s is refused', (_, text) => {
    expect(ours(text, () => 5)).toBeUndefined()
  })

  test('a tag that never ends is not waited for without end', () => {
    const scanner = new XmlScanner({ open() {}, text() {}, close() {} })
    const piece = 'x'.repeat(1_000_000)
    scanner.write('<a b="')
    const feed = () => {
      for (let count = 0; count < 10; count += 1) scanner.write(piece)
    }
    expect(feed).toThrow(expect.objectContaining({ reason: 'too-long' }))
  })
})
