// Folders in, every GraphQL text of their files out, in the order of file names. Installed packages and hidden folders
// are not a front end's own sources.

import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import type { Source } from 'graphql'

import { readScript, SCRIPTS, type ScriptTexts } from './read-script.ts'
import { type Finding, toSource } from './source-text.ts'

const DOCUMENTS: ReadonlySet<string> = new Set(['.graphql', '.gql'])
const PASSED_BY = /(^|[\\/])(node_modules|\.[^\\/.][^\\/]*)([\\/]|$)|\.d\.[cm]?ts$/

export async function readSources(folders: readonly string[]): Promise<ScriptTexts> {
  const sources: Source[] = []
  const findings: Finding[] = []
  for (const folder of folders) {
    for (const file of await filesOf(folder, findings)) {
      const text = await readFile(file, 'utf8')
      if (DOCUMENTS.has(path.extname(file))) sources.push(toSource(text, file))
      else {
        const found = readScript(text, file)
        sources.push(...found.sources)
        findings.push(...found.findings)
      }
    }
  }
  return { sources, findings }
}

async function filesOf(folder: string, findings: Finding[]): Promise<readonly string[]> {
  try {
    const names = await readdir(folder, { recursive: true })
    return names
      .filter((name) => !PASSED_BY.test(name))
      .filter((name) => DOCUMENTS.has(path.extname(name)) || SCRIPTS.includes(path.extname(name)))
      .toSorted()
      .map((name) => path.join(folder, name))
  } catch {
    findings.push({ file: folder, line: 1, column: 1, message: 'cannot be read as a folder' })
    return []
  }
}
