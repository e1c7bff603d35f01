// A gateway on a real socket over subgraphs made in a test.

import { readConfig } from '../../../gateway/config.ts'
import { type GatewayParts, openGateway, type Running } from '../../../gateway/open-gateway.ts'
import { tracingOf } from '../../../gateway/tracing-of.ts'
import type { Log } from '../../../schema/log.ts'
import { serve, type SubgraphSource } from './federation.ts'

interface Line {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly facts: Readonly<Record<string, unknown>>
}

export interface Opened extends Running {
  readonly lines: readonly Line[]
  post(body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>
}

export async function open(
  sources: Readonly<Record<string, SubgraphSource>>,
  environment: Readonly<Record<string, string>> = {},
  parts: Pick<GatewayParts, 'isFirstUse'> = {},
): Promise<Opened> {
  const lines: Line[] = []
  const write = (level: Line['level']) => (facts: Line['facts'], message: string) => {
    lines.push({ level, message, facts })
  }
  const log: Log = { info: write('info'), warn: write('warn'), error: write('error') }
  const config = readConfig({ PANJAREH_PORT: '0', ...environment })
  const subgraphs = Object.entries(sources).map(([name, source]) => serve(name, source))
  const tracing = await tracingOf(config, log)
  const running = await openGateway(config, { ...parts, subgraphs, log, tracing })
  return {
    ...running,
    lines,
    post: (body, headers = {}) =>
      fetch(`${running.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  }
}
