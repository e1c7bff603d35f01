// What a contract may say of a table that is a file. Nobody answers a query there: rows are chosen here, by column.

import type { Finding } from '../finding.ts'
import type { TableOperation } from './contract.ts'

export function checkFileQueries(file: string, operations: readonly TableOperation[]): Finding[] {
  return operations.flatMap(({ operation, method, path, query }) => {
    const report = (message: string): Finding => ({ file, message: `"${operation}": ${message}` })
    const findings = query
      .filter(({ column }) => column === undefined)
      .map(({ name }) => report(`query "${name}" is sent to nobody by a file; give it its column`))
    if (method === 'POST') findings.push(report('a file is not posted to; leave the method out'))
    const steps = path.replace(/^\/+/, '').split('/')
    if (steps.some((step) => step === '' || step === '.' || step === '..')) {
      findings.push(report(`path "${path}" is none below the folder of the address`))
    }
    if (steps.slice(0, -1).some((step) => step.includes('*')) || path.split('*').length > 5) {
      findings.push(report('"*" stands in the last part of a path, four times at most'))
    }
    return findings
  })
}
