// What a system asks of us in WWW-Authenticate (RFC 9110 §11.6.1, RFC 7616 §3.3). In: the header. Out: the strongest
// Digest challenge that can be answered. Never: a challenge of quality `auth-int` only, or of a hash we do not know.

export interface Challenge {
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | undefined
  /** As the system wrote it; undefined when it named none, which means MD5. */
  readonly algorithm: string | undefined
  /** By Node's name. */
  readonly hash: string
  /** The algorithm's `-sess` variant. */
  readonly session: boolean
  /** Quality `auth` was offered; without any quality it is RFC 2069. */
  readonly qop: boolean
  readonly stale: boolean
  readonly userhash: boolean
}

/** From the strongest on. */
const HASHES: readonly (readonly [string, string])[] = [
  ['sha-512-256', 'sha512-256'],
  ['sha-256', 'sha256'],
  ['md5', 'md5'],
]

export function chooseChallenge(header: string): Challenge | undefined {
  const offered = splitChallenges(header).flatMap((text) => parseChallenge(text) ?? [])
  const rank = ({ hash }: Challenge): number => HASHES.findIndex(([, name]) => name === hash)
  return offered.toSorted((a, b) => rank(a) - rank(b))[0]
}

/** `Digest realm="…", nonce="…", Basic realm="…"`: each scheme with what follows it. */
function splitChallenges(header: string): string[] {
  const starts = [
    ...withoutStrings(header).matchAll(/(?:^|,)\s*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s+(?=[^\s=,])/g),
  ]
  return starts.map((start, index) => header.slice(start.index, starts[index + 1]?.index))
}

/** The same length, so that places stay; nothing in a string looks like a scheme. */
function withoutStrings(header: string): string {
  return header.replace(/"(?:[^"\\]|\\.)*"/g, (string) => `"${'_'.repeat(string.length - 2)}"`)
}

function parseChallenge(text: string): Challenge | undefined {
  const [, scheme = '', rest = ''] = /^[\s,]*(\S+)\s+(.*)$/s.exec(text) ?? []
  const fields = parseFields(rest)
  const nonce = fields.get('nonce')
  const qualities = fields
    .get('qop')
    ?.toLowerCase()
    .split(/[\s,]+/)
  if (scheme.toLowerCase() !== 'digest' || nonce === undefined) return undefined
  if (qualities !== undefined && !qualities.includes('auth')) return undefined
  const algorithm = parseAlgorithm(fields.get('algorithm'))
  return (
    algorithm && {
      ...algorithm,
      nonce,
      realm: fields.get('realm') ?? '',
      opaque: fields.get('opaque'),
      qop: qualities !== undefined,
      stale: isTrue(fields.get('stale')),
      userhash: isTrue(fields.get('userhash')),
    }
  )
}

function parseAlgorithm(
  algorithm: string | undefined,
): Pick<Challenge, 'algorithm' | 'hash' | 'session'> | undefined {
  const [, base, variant] = /^(.*?)(-sess)?$/.exec((algorithm ?? 'md5').toLowerCase()) ?? []
  const hash = HASHES.find(([name]) => name === base)?.[1]
  return hash === undefined ? undefined : { algorithm, hash, session: variant !== undefined }
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true'
}

/** `name=value` and `name="value"` behind commas, by lower-case name; the first of a name. */
export function parseFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  const pattern = /([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/g
  for (const [, name = '', string, token] of text.matchAll(pattern)) {
    const key = name.toLowerCase()
    if (!fields.has(key)) fields.set(key, string?.replace(/\\(.)/gs, '$1') ?? token ?? '')
  }
  return fields
}
