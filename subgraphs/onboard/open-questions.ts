// What is still to be decided in a system folder. In: the folder. Out: a finding per open question and blank, with its
// line. Throws FindingsError when the folder does not load.

import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import type { Finding } from '../../adapters/finding.ts'
import type { SystemSettings } from '../../adapters/settings.ts'
import { lineOf, linesOf } from '../folder/json-lines.ts'
import { parseSettings } from '../folder/settings-file.ts'
import { loadSystem } from '../load.ts'
import { sampleSecret } from './sample-secret.ts'

export async function openQuestions(folder: string): Promise<readonly Finding[]> {
  const subgraph = await loadSystem(folder, { secret: sampleSecret })
  await subgraph.close()
  const text = await readFile(join(folder, 'system.json'), 'utf8')
  const file = `${basename(folder)}/system.json`
  const { settings } = parseSettings(text, file)
  const lines = linesOf(text)
  const found = settings === undefined ? [] : [...blanks(settings), ...questions(settings)]
  return found.map(({ pointer, ...finding }) => ({
    ...finding,
    file,
    line: lineOf(lines, pointer),
  }))
}

interface Question {
  readonly pointer: string
  readonly message: string
}

function blanks({ name, agency }: SystemSettings): Question[] {
  const texts = {
    '/name/fa': name.fa,
    '/name/en': name.en,
    '/agency/code': agency.code,
    '/agency/fa': agency.fa,
    '/agency/en': agency.en,
  }
  return Object.entries(texts).flatMap(([pointer, text]) =>
    text.trim() === '' ? [{ pointer, message: `${pointer.slice(1)} is blank` }] : [],
  )
}

function questions({ open = [] }: SystemSettings): Question[] {
  return open.map(({ at, ask }, index) => ({ pointer: `/open/${index}`, message: `${at}: ${ask}` }))
}
