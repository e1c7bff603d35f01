// A real browser, driven over the Chrome DevTools Protocol: what it does with our cookies and policies is what counts.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import { Type } from 'typebox'
import { Value } from 'typebox/value'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** The first on the PATH. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter)
  return folders
    .flatMap((folder) => NAMES.map((name) => path.join(folder, name)))
    .find((file) => existsSync(file))
}

const Message = Type.Object({
  id: Type.Optional(Type.Number()),
  method: Type.Optional(Type.String()),
  result: Type.Optional(Type.Unknown()),
  params: Type.Optional(Type.Unknown()),
})
const Target = Type.Object({ webSocketDebuggerUrl: Type.String() })
const Evaluated = Type.Object({
  result: Type.Object({ value: Type.Optional(Type.Unknown()) }),
  exceptionDetails: Type.Optional(Type.Unknown()),
})
const Cookies = Type.Object({
  cookies: Type.Array(
    Type.Object({
      name: Type.String(),
      value: Type.String(),
      secure: Type.Boolean(),
      httpOnly: Type.Boolean(),
      sameSite: Type.Optional(Type.String()),
      path: Type.String(),
    }),
  ),
})

export class Chromium {
  readonly #process: ChildProcess
  readonly #profile: string
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (result: unknown) => void>()
  /** Texts of the log: refused by policy, failed to load, thrown. */
  readonly complaints: string[] = []
  #last = 0

  constructor(browser: ChildProcess, profile: string, socket: WebSocket) {
    this.#process = browser
    this.#profile = profile
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      const { id, method, result, params } = Value.Parse(Message, JSON.parse(String(data)))
      if (id !== undefined) this.#waiting.get(id)?.(result)
      if (method === 'Log.entryAdded' || method === 'Runtime.exceptionThrown') {
        this.complaints.push(JSON.stringify(params))
      }
    })
  }

  static async start(file: string): Promise<Chromium> {
    const profile = mkdtempSync(path.join(os.tmpdir(), 'chromium-'))
    const browser = spawn(
      file,
      ['--headless=new', '--no-sandbox', '--remote-debugging-port=0', `--user-data-dir=${profile}`],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    const port = await new Promise<string>((resolve, reject) => {
      browser.stderr.on('data', (text: Buffer) => {
        const found = /ws:\/\/127\.0\.0\.1:(\d+)\//.exec(text.toString())?.[1]
        if (found !== undefined) resolve(found)
      })
      browser.once('exit', () => reject(new TypeError('chromium ended')))
    })
    const answer = await fetch(`http://127.0.0.1:${port}/json/new?about:blank`, { method: 'PUT' })
    const { webSocketDebuggerUrl } = Value.Parse(Target, await answer.json())
    const socket = new WebSocket(webSocketDebuggerUrl)
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
    const chromium = new Chromium(browser, profile, socket)
    for (const domain of ['Page', 'Runtime', 'Log']) await chromium.#send(`${domain}.enable`)
    return chromium
  }

  async open(url: string): Promise<void> {
    await this.#send('Page.navigate', { url })
    await this.until('document.readyState === "complete"')
  }

  async evaluate(expression: string): Promise<unknown> {
    const parameters = { expression, awaitPromise: true, returnByValue: true }
    const answer = await this.#send('Runtime.evaluate', parameters)
    return Value.Parse(Evaluated, answer).result.value
  }

  /** Waits for something of the page to be true; also across a navigation. */
  async until(expression: string): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      const value = await this.evaluate(expression).catch(() => undefined)
      if (value === true) return
      await wait(50)
    }
    throw new TypeError(
      `never true: ${expression}; ${String(await this.evaluate('location.href'))}`,
    )
  }

  async cookies(url: string) {
    return Value.Parse(Cookies, await this.#send('Network.getCookies', { urls: [url] })).cookies
  }

  async close(): Promise<void> {
    this.#socket.close()
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGKILL')
    await ended
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 })
  }

  #send(method: string, params: object = {}): Promise<unknown> {
    this.#last += 1
    const id = this.#last
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#socket.send(JSON.stringify({ id, method, params }))
    })
  }
}
