import { expect, test } from 'vitest'

import { clientOf } from '../../../gateway/observe/client-of.ts'

test.each<[string, Parameters<typeof clientOf>[0], ReturnType<typeof clientOf>]>([
  [
    'the token says it',
    { caller: { clientId: 'portal' }, headers: { 'graphql-client-name': 'other' } },
    { name: 'portal', version: undefined },
  ],
  [
    'the headers of GraphQL',
    {
      caller: { clientId: '' },
      headers: { 'graphql-client-name': 'app', 'graphql-client-version': '1.2' },
    },
    { name: 'app', version: '1.2' },
  ],
  [
    "the headers of Apollo's clients",
    { headers: { 'apollographql-client-name': 'ios', 'apollographql-client-version': '3' } },
    { name: 'ios', version: '3' },
  ],
  ['nothing', {}, { name: undefined, version: undefined }],
  [
    'a text that is long, not plain, and holds a number of somebody',
    { headers: { 'graphql-client-name': `a"\n<b>0012345679${'x'.repeat(200)}` } },
    { name: `a___b_…${'x'.repeat(64)}`, version: undefined },
  ],
  [
    'a header that came twice',
    { headers: { 'graphql-client-name': ['a', 'b'] } },
    { name: undefined, version: undefined },
  ],
])('reads the client from %s', (_, asking, expected) => {
  expect(clientOf(asking)).toEqual(expected)
})
