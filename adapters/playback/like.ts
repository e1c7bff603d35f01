// What a recording leaves open: `{*}` stands for any text (nonces, times, ids made anew).

export const ANY = '{*}'

/** Does the text equal the pattern? */
export function isLike(text: unknown, pattern: string): boolean {
  if (typeof text !== 'string') return false
  const [head = '', ...parts] = pattern.split(ANY)
  const tail = parts.pop()
  if (tail === undefined) return text === head
  if (!text.startsWith(head)) return false
  let from = head.length
  for (const part of parts) {
    const at = text.indexOf(part, from)
    if (at === -1) return false
    from = at + part.length
  }
  return text.length - tail.length >= from && text.endsWith(tail)
}
