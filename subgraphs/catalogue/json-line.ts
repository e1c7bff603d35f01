// On which line of a JSON file does a value begin? For findings that name file and line.

type Step = string | number

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|\n/g

/** `path` as ajv's instancePath: `/documents/3/need`. The nearest line that is known; 1 at least. */
export function lineOf(text: string, path: string): number {
  const wanted = path.split('/').slice(1)
  let line = 1
  let best = { depth: 0, line: 1 }
  const stack: Step[] = []
  const note = () => {
    if (stack.length <= best.depth || stack.length > wanted.length) return
    if (stack.every((here, depth) => String(here) === wanted[depth])) {
      best = { depth: stack.length, line }
    }
  }
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '\n') line += 1
    else step(stack, token, note)
  }
  return best.line
}

// Arrays stand on the stack by the index of their current item, objects by the current key ('' before the first).
function step(stack: Step[], token: string, note: () => void): void {
  if (token === ':') return
  const top = stack.at(-1)
  if (token === '}' || token === ']') stack.pop()
  else if (token === ',') stack.splice(-1, 1, typeof top === 'number' ? top + 1 : '')
  else {
    if (token === '{') stack.push('')
    else if (token === '[') stack.push(0)
    else if (top === '' && token.startsWith('"')) stack.splice(-1, 1, token.slice(1, -1))
    note()
  }
}
