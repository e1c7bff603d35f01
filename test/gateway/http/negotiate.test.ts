import { expect, test } from 'vitest'

import { negotiate, wantsPage } from '../../../gateway/http/negotiate.ts'

const JSON_TYPE = 'application/json'
const NEW = 'application/graphql-response+json'

test.each([
  [undefined, JSON_TYPE],
  ['*/*', JSON_TYPE],
  [NEW, NEW],
  [`${JSON_TYPE}, ${NEW}`, JSON_TYPE],
  [`${NEW}; charset=utf-8, ${JSON_TYPE};q=0.9`, NEW],
  [`${JSON_TYPE};q=0.5, ${NEW};q=0.9`, NEW],
  ['text/html, */*;q=0.1', JSON_TYPE],
  ['text/html', undefined],
  [`${JSON_TYPE};q=0`, undefined],
])('for %s answers %s', (accept, type) => {
  expect(negotiate(accept)).toBe(type)
})

test.each([
  ['text/html,application/xhtml+xml,*/*;q=0.8', true],
  ['*/*', false],
  [undefined, false],
])('knows whether %s is a browser that wants a page', (accept, page) => {
  expect(wantsPage(accept)).toBe(page)
})
