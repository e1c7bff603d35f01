// The table of a web page as rows of cells. The page is parsed as a browser would (WHATWG HTML §13.2), so that rows and
// cells that nobody closed end where they are meant to; nothing of it is run or fetched.

import { defaultTreeAdapter, type DefaultTreeAdapterTypes as Dom, parse } from 'parse5'

type Element = Dom.Element

export interface HtmlTable {
  /** Texts of the header's cells; empty where there is none. */
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** A cell stands in several columns or rows: which value is of which column is a guess. */
  readonly spanned: boolean
}

export interface HtmlPage {
  /** All tables, also those that another one only lays out on the page. */
  readonly tables: readonly HtmlTable[]
  /** All that a reader of the page sees. */
  readonly text: string
}

/** Elements within each other. A parser looks through all open ones for each that begins: depth costs its square. */
const DEEPEST = 500

/** Undefined for a page that is nested as none is written. */
export function readPage(page: string): HtmlPage | undefined {
  if (hasEndlessTag(page)) return undefined
  const document = parseBounded(page)
  if (document === undefined) return undefined
  return { tables: tablesIn(document).map(toTable), text: textOf(document) }
}

/** A parser compares each attribute with all before it. Long values, as of images in the page, are none of the length. */
function hasEndlessTag(page: string): boolean {
  return /<[a-z][^<>]{8192}/i.test(page.replace(/="[^"<>]{100,}"/g, '=""'))
}

class TooDeep extends Error {}

function parseBounded(page: string): Dom.Document | undefined {
  let depth = 0
  const treeAdapter = {
    ...defaultTreeAdapter,
    onItemPush: () => {
      depth += 1
      if (depth > DEEPEST) throw new TooDeep()
    },
    onItemPop: () => {
      depth -= 1
    },
  }
  try {
    return parse(page, { treeAdapter })
  } catch (error) {
    if (error instanceof TooDeep) return undefined
    throw error
  }
}

/** The outer before the inner. A text is read once for each table around it, so that depth is bounded. */
function tablesIn(node: Dom.ParentNode, depth = 0): Element[] {
  if (depth > DEEPEST_TABLE) return []
  return find(node, 'table').flatMap((table) => [table, ...tablesIn(table, depth + 1)])
}

const DEEPEST_TABLE = 12

function toTable(table: Element): HtmlTable {
  const [first, ...others] = find(table, 'tr').filter(isRow)
  const header = first !== undefined && isHeader(first) ? textsOf(first) : undefined
  const rows = header === undefined && first !== undefined ? [first, ...others] : others
  // Long tables say their header again.
  const data = rows.filter((row) => !(isHeader(row) && isSame(textsOf(row), header)))
  const spanned = data.some((row) => cellsOf(row).some(isSpanned) || isHeader(row))
  return { header: header ?? [], rows: data.map(textsOf), spanned }
}

/** Of the foot, or without cells: no data. */
function isRow(row: Element): boolean {
  return nameOf(row.parentNode) !== 'tfoot' && cellsOf(row).length > 0
}

function isHeader(row: Element): boolean {
  return cellsOf(row).every((cell) => cell.tagName === 'th')
}

function isSame(a: readonly string[], b: readonly string[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((text, at) => text === b[at])
}

function isSpanned({ attrs }: Element): boolean {
  return attrs.some(({ name, value }) => SPANS.has(name) && Number(value) > 1)
}

const SPANS: ReadonlySet<string> = new Set(['colspan', 'rowspan'])

function textsOf(row: Element): string[] {
  return cellsOf(row).map(textOf)
}

function cellsOf(row: Element): Element[] {
  return row.childNodes.filter(isElement).filter(({ tagName }) => CELLS.has(tagName))
}

const CELLS: ReadonlySet<string> = new Set(['td', 'th'])
const UNSEEN: ReadonlySet<string> = new Set(['script', 'style', 'template', 'head'])

/** Elements of that name below, not below one another. */
function find(node: Dom.ParentNode, name: string): Element[] {
  const found: Element[] = []
  const open: Dom.ChildNode[] = node.childNodes.toReversed()
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    if (!isElement(each)) continue
    if (each.tagName === name) found.push(each)
    else open.push(...each.childNodes.toReversed())
  }
  return found
}

/** Blanks as a browser shows them; a break is one too. */
function textOf(node: Dom.ParentNode): string {
  let text = ''
  const open: Dom.ChildNode[] = node.childNodes.toReversed()
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    if ('value' in each) text += each.value
    if (!isElement(each) || UNSEEN.has(each.tagName)) continue
    if (BREAKS.has(each.tagName)) text += ' '
    open.push(...each.childNodes.toReversed())
  }
  return text.replace(/[ \t\r\n\f]+/g, ' ').trim()
}

const BREAKS: ReadonlySet<string> = new Set(['br', 'p', 'div', 'li', 'tr', 'td', 'th'])

function isElement(node: Dom.ChildNode): node is Element {
  return 'tagName' in node
}

function nameOf(node: Dom.ParentNode | null): string | undefined {
  return node !== null && 'tagName' in node ? node.tagName : undefined
}
