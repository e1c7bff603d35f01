// The system that bench/soap.ts asks, in a process of its own: `/N` answers with N people, whatever was asked.
// Prints its port and lives as long as whoever started it holds its standard input open.

import { createServer, type ServerResponse } from 'node:http'

import { portOf } from '../port-of.ts'

const START =
  '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Body><findResponse xmlns="http://bench.invalid/register">'
const END = '</findResponse></s:Body></s:Envelope>'
/** Larger answers are written person by person, so that the server holds none of them. */
const MOST_KEPT = 10_000

const kept = new Map<number, Buffer>()
const server = createServer((request, response) => {
  const count = Number(request.url?.slice(1))
  request.resume().on('end', () => {
    response.setHeader('content-type', 'text/xml; charset=utf-8')
    if (count > MOST_KEPT) return stream(count, response)
    const body = kept.get(count) ?? Buffer.from(START + people(0, count) + END)
    kept.set(count, body)
    response.setHeader('content-length', body.length).end(body)
  })
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${portOf(server)}\n`))
process.stdin.resume().on('end', () => process.exit())

function stream(count: number, response: ServerResponse): void {
  response.write(START)
  let written = 0
  const more = (): void => {
    while (written < count) {
      const next = Math.min(written + 200, count)
      const room = response.write(people(written, next))
      written = next
      if (!room) {
        response.once('drain', more)
        return
      }
    }
    response.end(END)
  }
  more()
}

function people(from: number, to: number): string {
  let text = ''
  for (let index = from; index < to; index += 1) {
    text +=
      `<person version="3"><nationalId>${String(index).padStart(10, '0')}</nationalId><firstName>شیرین</firstName>` +
      `<lastName>${index % 7 === 0 ? 'Keller &amp; Söhne' : 'مرادی'}</lastName><birthDate>1364-01-31</birthDate>` +
      `<recordedAt>2026-05-21T08:00:00.125+03:30</recordedAt><children>${index % 5}</children>` +
      `<serial>900719925474${1000 + (index % 9000)}</serial><balance>12345678901234567.89</balance>` +
      `<alive>${index % 3 !== 0}</alive><note>a text of some length, as forms hold it</note></person>`
  }
  return text
}
