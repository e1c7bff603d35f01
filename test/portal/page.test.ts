import { readdir, readFile } from 'node:fs/promises'

import { describe, expect, it } from 'vitest'

import { ERRORS } from '../../schema/errors.ts'

const folder = new URL('../../portal/public/', import.meta.url)
const names = await readdir(folder)
const files = new Map(
  await Promise.all(
    names.map(async (name) => [name, await readFile(new URL(name, folder), 'utf8')] as const),
  ),
)
const page = files.get('index.html') ?? ''

describe('the query page', () => {
  it('names only files that are there', () => {
    const named = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1])
    const imported = [...files].flatMap(([name, text]) =>
      name.endsWith('.js')
        ? [...text.matchAll(/from '\.\/([^']+)'/g)].map((match) => match[1])
        : [],
    )
    expect(named.length).toBeGreaterThan(2)
    for (const name of [...named, ...imported]) expect(names).toContain(name)
  })

  it('needs no script or style inside the page', () => {
    expect(page).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/)
    for (const [name, text] of files) {
      if (name.endsWith('.js'))
        expect(text).not.toMatch(/innerHTML|outerHTML|eval\(|document\.write/)
    }
  })

  it.each([...files])('loads nothing from elsewhere in %s', (_name, text) => {
    const foreign = text.replaceAll('http://www.w3.org/2000/svg', '')
    expect(foreign).not.toMatch(/https?:\/\/|@import|url\(/)
  })

  it('names its own places by relative addresses, so that it serves at / and at /console/', () => {
    expect(page).not.toMatch(/(?:href|src)="\//)
    for (const [name, text] of files) {
      if (name.endsWith('.js')) expect(text).not.toMatch(/fetch\(['`]\//)
    }
  })

  it('knows no token', () => {
    for (const text of files.values()) {
      expect(text).not.toMatch(/access_token|refresh_token|id_token|authorization:|code_verifier/)
    }
  })

  it('is Persian and right to left, with a name for every control', () => {
    expect(page).toContain('<html lang="fa" dir="rtl">')
    for (const [control] of page.matchAll(/<(?:textarea|input|select)[^>]*>/g)) {
      const id = /id="([^"]+)"/.exec(control)?.[1] ?? ''
      const wrapped = new RegExp(`<label[^>]*>(?:(?!</label>)[\\s\\S])*id="${id}"`).test(page)
      const named = control.includes('aria-label=') || page.includes(`for="${id}"`) || wrapped
      expect(named, id).toBe(true)
    }
  })

  it('finds every element that its scripts ask for', () => {
    const scripts = [...files].filter(([name]) => name.endsWith('.js')).map(([, text]) => text)
    const asked = [...scripts.join('\n').matchAll(/find\('([^']+)'/g)]
    expect(asked.length).toBeGreaterThan(10)
    for (const [, id] of asked) expect(page).toContain(`id="${id}"`)
  })

  it('says of every code in Persian what the error table says', () => {
    for (const [code, { fa }] of Object.entries(ERRORS)) {
      expect(files.get('answer.js')).toContain(`  ${code}: '${fa}',`)
    }
  })
})
