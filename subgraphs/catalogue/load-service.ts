// One service folder: service.json, form.schema.json, prefill.graphql. In: the folder. Out: the service, or all that is
// wrong with it at once. Adding a service is adding a folder.

import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import type { Finding } from '../../adapters/finding.ts'
import { lineOf, linesOf } from '../folder/json-lines.ts'
import { type Form, newAjv, readForm, toFindings } from './form.ts'
import { type Prefill, readPrefill } from './prefill.ts'
import { ServiceSettings } from './service-settings.ts'

export interface Service extends ServiceSettings {
  /** Name of the folder. */
  readonly slug: string
  readonly form: Form
  readonly prefill: Prefill
}

const isSettings = newAjv().compile<ServiceSettings>(ServiceSettings)

export async function loadService(
  folder: string,
): Promise<{ service?: Service; findings: Finding[] }> {
  const slug = basename(folder)
  const findings: Finding[] = []
  const read = async (name: string): Promise<string> => {
    try {
      return await readFile(join(folder, name), 'utf8')
    } catch {
      findings.push({ file: `${slug}/${name}`, message: 'is missing' })
      return ''
    }
  }
  const texts = await Promise.all(['service.json', 'form.schema.json', 'prefill.graphql'].map(read))
  if (findings.length > 0) return { findings }
  const [settingsText = '', formText = '', prefillText = ''] = texts
  const { settings, findings: first } = readSettings(`${slug}/service.json`, settingsText)
  const { form, findings: second } = readForm(`${slug}/form.schema.json`, formText)
  const { prefill, findings: third } = readPrefill(`${slug}/prefill.graphql`, prefillText, form)
  findings.push(...first, ...second, ...third)
  if (findings.length > 0 || !settings || !form || !prefill) return { findings }
  return { service: { ...settings, slug, form, prefill }, findings }
}

function readSettings(
  file: string,
  text: string,
): { settings?: ServiceSettings; findings: Finding[] } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { findings: [{ file, message: 'is not JSON' }] }
  }
  if (!isSettings(value)) return { findings: toFindings(file, text, isSettings.errors) }
  const lines = linesOf(text)
  const findings = [...flowFaults(value), ...documentFaults(value)].map(({ path, message }) => ({
    file,
    line: lineOf(lines, path),
    message,
  }))
  return { settings: value, findings }
}

interface Fault {
  readonly path: string
  readonly message: string
}

function* flowFaults({ statuses, transitions }: ServiceSettings): Generator<Fault> {
  const kinds = new Map(statuses.map(({ id, kind }) => [id, kind]))
  if (kinds.size < statuses.length) yield { path: '/statuses', message: 'names a status twice' }
  const starts = statuses.filter(({ kind }) => kind === 'start')
  if (starts.length !== 1) yield { path: '/statuses', message: 'needs exactly one start' }
  for (const [index, { from, action, to }] of transitions.entries()) {
    const path = `/transitions/${index}`
    if (!kinds.has(from)) yield { path: `${path}/from`, message: `unknown status ${from}` }
    if (!kinds.has(to)) yield { path: `${path}/to`, message: `unknown status ${to}` }
    if (kinds.get(from) === 'end')
      yield { path, message: `${from} is an end and has no "${action}"` }
  }
  if (!transitions.some(({ from, action }) => from === starts[0]?.id && action === 'submit')) {
    yield { path: '/transitions', message: 'the start has no action "submit"' }
  }
}

function* documentFaults({ documents, inquiries }: ServiceSettings): Generator<Fault> {
  const systems = new Set(inquiries.map(({ system }) => system))
  for (const [index, { need, system }] of documents.entries()) {
    const path = `/documents/${index}`
    if (need === 'INQUIRY' && (system === undefined || !systems.has(system))) {
      yield { path, message: 'an INQUIRY names one of the systems in "inquiries"' }
    }
  }
}
