// The contract that a person names on the command line. In: a path and what may be read beside it. Out: a contract, read
// leniently: what is missing is told in notes. Never: the network, unless a host was allowed.

import { basename, dirname, resolve } from 'node:path'

import { readContract, type SoapContract } from '../contract/contract.ts'
import { toRelative } from '../contract/locate.ts'

export interface ContractPlace {
  readonly path: string
  /** Imports stay within this folder; without it they may lead upwards to WSDL and XSD files. */
  readonly root?: string | undefined
  readonly fetch?: ((address: URL) => Promise<Uint8Array | undefined>) | undefined
}

/** Throws FindingsError. */
export function readNamedContract({ path, root, fetch }: ContractPlace): Promise<SoapContract> {
  const folder = resolve(root ?? dirname(path))
  const file = root === undefined ? basename(path) : toRelative(folder, resolve(path))
  return readContract(folder, file, { open: root === undefined, lenient: true, fetch })
}
