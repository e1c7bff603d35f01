// The JSON Schema of system.json, for editors. `node subgraphs/folder/settings-schema.ts` writes schema/system.schema.json;
// a test proves that it is fresh.

import { writeFile } from 'node:fs/promises'

import { SystemSettings } from '../../adapters/settings.ts'

export const SETTINGS_SCHEMA_FILE = new URL('../../schema/system.schema.json', import.meta.url)

export function settingsSchema(): string {
  const head = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'system.json of a legacy system',
  }
  return `${JSON.stringify({ ...head, ...SystemSettings }, null, 2)}\n`
}

if (import.meta.main) await writeFile(SETTINGS_SCHEMA_FILE, settingsSchema())
