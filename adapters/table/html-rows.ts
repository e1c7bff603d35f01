// The table of a web page as rows of cells. The page is parsed as a browser would (WHATWG HTML §13.2), so that rows and
// cells that nobody closed end where they are meant to; nothing of it is run or fetched.

import { defaultTreeAdapter, type DefaultTreeAdapterTypes as Dom, parse } from 'parse5'

type Element = Dom.Element

export interface HtmlTable {
  /** Texts of the header's cells; empty where there is none. */
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface HtmlPage {
  /** All tables that stand outside other tables, in their order. */
  readonly tables: readonly HtmlTable[]
  /** All that a reader of the page sees. */
  readonly text: string
}

/** Elements within each other. A parser looks through all open ones for each that begins: depth costs its square. */
const DEEPEST = 500

/** Undefined for a page that is nested as none is written. */
export function readPage(page: string): HtmlPage | undefined {
  const document = parseBounded(page)
  if (document === undefined) return undefined
  return { tables: find(document, 'table').map(toTable), text: textOf(document) }
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

function toTable(table: Element): HtmlTable {
  const rows = find(table, 'tr').filter(({ parentNode }) => nameOf(parentNode) !== 'tfoot')
  const isHeader = (row: Element): boolean => cellsOf(row).every((cell) => cell.tagName === 'th')
  const [first] = rows
  const header = first !== undefined && isHeader(first) ? first : undefined
  return {
    header: header === undefined ? [] : cellsOf(header).map(textOf),
    rows: rows.filter((row) => row !== header).map((row) => cellsOf(row).map(textOf)),
  }
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
