import { expect, test } from 'vitest'

import { negotiate, wantsPage } from '../../../gateway/http/negotiate.ts'

const JSON_TYPE = 'application/json'
const NEW = 'application/graphql-response+json'
const MULTIPART = 'multipart/mixed;deferSpec=20220824'
const EVENTS = 'text/event-stream'

test.each([
  [undefined, JSON_TYPE],
  ['', JSON_TYPE],
  ['*/*', JSON_TYPE],
  [NEW, NEW],
  [`${JSON_TYPE}, ${NEW}`, JSON_TYPE],
  [`${NEW}; charset=utf-8, ${JSON_TYPE};q=0.9`, NEW],
  [`${JSON_TYPE};q=0.5, ${NEW};q=0.9`, NEW],
  [`*/*, ${NEW}`, NEW],
  [`${NEW};q=0.1, */*;q=0.5`, JSON_TYPE],
  [`${JSON_TYPE};q=0, */*`, NEW],
  ['text/html, */*;q=0.1', JSON_TYPE],
  ['text/html', undefined],
  [`${JSON_TYPE};q=0`, undefined],
])('for %s answers %s', (accept, type) => {
  expect(negotiate(accept)?.whole).toBe(type)
})

test.each([
  // Apollo Client 3 and 4, urql, graphql-sse
  [`${MULTIPART},${JSON_TYPE}`, JSON_TYPE, 'multipart', false],
  [`${MULTIPART},${NEW},${JSON_TYPE};q=0.9`, NEW, 'multipart', false],
  [
    `${NEW}, application/graphql+json, ${JSON_TYPE}, ${EVENTS}, multipart/mixed`,
    NEW,
    'events',
    true,
  ],
  [EVENTS, undefined, 'events', true],
  ['multipart/mixed; deferSpec="20220824"', undefined, 'multipart', false],
  [`${EVENTS}, ${MULTIPART}`, undefined, 'multipart', true],
  [`${EVENTS}, ${MULTIPART};q=0.9`, undefined, 'events', true],
  [`${MULTIPART};q=0.5, ${EVENTS};q=0.4, ${JSON_TYPE}`, JSON_TYPE, undefined, true],
  [`${MULTIPART};q=0, ${JSON_TYPE}`, JSON_TYPE, undefined, false],
  [`multipart/mixed, ${JSON_TYPE}`, JSON_TYPE, undefined, false],
  [`multipart/mixed;deferSpec=20990101, ${JSON_TYPE}`, JSON_TYPE, undefined, false],
  ['*/*', JSON_TYPE, undefined, false],
])('for %s streams only what is named', (accept, whole, parts, events) => {
  expect(negotiate(accept)).toEqual({ whole, parts, events })
  expect(negotiate(accept)).toBe(negotiate(accept))
})

test.each(['multipart/mixed', `${EVENTS};q=0`, 'text/html'])('has nothing for %s', (accept) => {
  expect(negotiate(accept)).toBeUndefined()
})

test.each([
  ['text/html,application/xhtml+xml,*/*;q=0.8', true],
  ['*/*', false],
  [undefined, false],
])('knows whether %s is a browser that wants a page', (accept, page) => {
  expect(wantsPage(accept)).toBe(page)
})
