// Where a browser goes after signing in: only to a place of ours, whatever the link said.

/** A path, in printable ASCII without space and backslash: browsers read `/\` as `//`, and a line break would end the header. */
const LOCAL_PATH = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/
const LONGEST = 1024
const NOWHERE = 'http://portal.invalid'

/** `base` is the path of the client's rooms without the last slash: `` or `/console`. */
export function parseReturnTo(given: unknown, base: string): string {
  const home = `${base}/`
  if (typeof given !== 'string' || given.length > LONGEST || !LOCAL_PATH.test(given)) return home
  if (!URL.canParse(given, NOWHERE)) return home
  const { origin, pathname } = new URL(given, NOWHERE)
  // Dots are folded by whoever reads the path: `/.//evil.example` has a double slash only then.
  if (origin !== NOWHERE || pathname.startsWith('//') || !pathname.startsWith(home)) return home
  // Back into the sign-in itself would be a circle, into the logout a trap.
  return pathname.startsWith(`${base}/sso/`) ? home : given
}
