// What an address of the environment allows. A folder of files has nobody who lets in, and no protocol but reading.
// In: settings and address. Out: findings by pointer, each with the mend; never the address.

import { fileURLToPath } from 'node:url'

import type { Finding } from './finding.ts'
import type { SystemSettings } from './settings.ts'
import { isFileAddress } from './transport/file-drop.ts'

const FILE = 'system.json'

export function checkAddress(settings: SystemSettings, address: string): readonly Finding[] {
  if (!isFileAddress(address)) return []
  const { auth, headers = [], protocol, operations } = settings
  const findings: Finding[] = []
  const report = (pointer: string, message: string): void =>
    void findings.push({ file: FILE, pointer, message })
  if (!isPath(address)) report('/address', 'is no path of this machine; write file:///data/drop/')
  if (protocol === 'soap') report('/protocol', 'SOAP is not read from files; use table or rest')
  for (const [at, { scheme }] of auth.entries()) {
    report(`/auth/${at}`, `files let nobody in, so "${scheme}" is no use; leave it out`)
  }
  for (const at of headers.keys()) report(`/headers/${at}`, 'files take no headers; leave it out')
  for (const [name, { kind }] of Object.entries(operations)) {
    if (kind === 'mutation') report(`/operations/${name}/kind`, 'a file is only read; ask a query')
  }
  return findings
}

function isPath(address: string): boolean {
  try {
    return fileURLToPath(address) !== ''
  } catch {
    return false
  }
}
