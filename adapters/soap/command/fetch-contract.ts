// Contract files from the web, for a person who allows a host by name. In: hosts. Out: a function from an address to bytes.
// Never: an address that is not public, whatever its name resolves to; a redirect; a file; credentials; more than a contract.

import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

import { Agent, request } from 'undici'

const BYTES = 64 * 1024 * 1024
const TIMEOUT_MS = 30_000

export type FetchContract = (address: URL) => Promise<Uint8Array | undefined>

export interface FetchOptions {
  /** `name` or `name:port`, as in the address. */
  readonly hosts: readonly string[]
  readonly isPublic?: (address: string) => boolean
}

/** Undefined is given for what is not allowed, not there or too large. */
export function fetchContract({ hosts, isPublic = isPublicAddress }: FetchOptions): FetchContract {
  const allowed = new Set(hosts.map((host) => host.toLowerCase()))
  const dispatcher = new Agent({
    // The address is judged where the connection is made: a name may resolve to another one a moment later.
    connect: { lookup: publicLookup(isPublic), timeout: TIMEOUT_MS },
    maxResponseSize: BYTES,
  })
  return async (address) => {
    if (!isAllowed(address, allowed, isPublic)) return undefined
    try {
      const { statusCode, body } = await request(address, {
        dispatcher,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      const bytes = await body.bytes()
      return statusCode === 200 ? bytes : undefined
    } catch {
      return undefined
    }
  }
}

function isAllowed(
  address: URL,
  allowed: ReadonlySet<string>,
  isPublic: (address: string) => boolean,
): boolean {
  const web = address.protocol === 'https:' || address.protocol === 'http:'
  if (!web || address.username !== '' || address.password !== '') return false
  const name = address.hostname.replace(/^\[|\]$/g, '')
  // A numeric address is never looked up.
  if (isIP(name) !== 0 && !isPublic(name)) return false
  return allowed.has(address.host)
}

function publicLookup(isPublic: (address: string) => boolean): LookupFunction {
  return (name, options, done) => {
    lookup(name, { ...options, all: true }, (error, addresses) => {
      const [first] = error === null ? addresses : []
      if (error !== null || first === undefined) {
        done(error ?? new TypeError('no address'), '', 0)
      } else if (!addresses.every(({ address }) => isPublic(address))) {
        done(new TypeError('not a public address'), '', 0)
      } else if (options.all === true) done(null, addresses)
      else done(null, first.address, first.family)
    })
  }
}

/** Networks that are no part of the public internet (RFC 6890), and those that tunnel into IPv4. */
const PRIVATE = {
  ipv4: blockList(
    'ipv4',
    '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4',
  ),
  ipv6: blockList(
    'ipv6',
    '::/96 ::ffff:0:0/96 64:ff9b::/32 100::/64 2001::/23 2001:db8::/32 2002::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8',
  ),
}

export function isPublicAddress(address: string): boolean {
  const version = isIP(address)
  if (version === 0) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  return !PRIVATE[family].check(address, family)
}

function blockList(family: 'ipv4' | 'ipv6', networks: string): BlockList {
  const list = new BlockList()
  for (const network of networks.split(' ')) {
    const [address = '', bits] = network.split('/')
    list.addSubnet(address, Number(bits), family)
  }
  return list
}
