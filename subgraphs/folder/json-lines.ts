// Where in a JSON text something stands. In: text. Out: the line of every member, by JSON Pointer (RFC 6901).

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|\n/g

interface Open {
  /** Pointer of the object or array itself. */
  readonly pointer: string
  readonly list: boolean
  index: number
  key: string | undefined
}

/** Lines from 1; as far as the text can be read. */
export function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>([['', 1]])
  const open: Open[] = []
  let line = 1
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '\n') line++
    else if (token === '}' || token === ']') open.pop()
    else if (token === ',') advance(open.at(-1))
    else if (token !== ':') enter(token, open, (pointer) => lines.set(pointer, line))
  }
  return lines
}

/** A key, a value, or the beginning of an object or array. */
function enter(token: string, open: Open[], note: (pointer: string) => void): void {
  const top = open.at(-1)
  if (top !== undefined && !top.list && top.key === undefined) {
    top.key = escape(token.slice(1, -1))
    note(pointerIn(top))
    return
  }
  const pointer = top === undefined ? '' : pointerIn(top)
  if (top?.list === true) note(pointer)
  const list = token === '['
  if (list || token === '{') open.push({ pointer, list, index: 0, key: undefined })
}

/** The line of a pointer, or of the nearest thing around it. */
export function lineOf(lines: ReadonlyMap<string, number>, pointer: string): number | undefined {
  let at = pointer
  while (!lines.has(at) && at !== '') at = at.slice(0, at.lastIndexOf('/'))
  return lines.get(at)
}

function advance(top: Open | undefined): void {
  if (top === undefined) return
  top.index++
  top.key = undefined
}

function pointerIn({ pointer, list, index, key }: Open): string {
  return `${pointer}/${list ? index : (key ?? '')}`
}

function escape(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
