// How system.json says that a list comes in pages (Q33). Exactly one of `page`, `offset`, `cursor`, `link` moves on.

import { Type } from 'typebox'

export const PagingSettings = Type.Object(
  {
    items: Type.String({ description: 'Reply path of the list that is joined over pages.' }),
    most: Type.Integer({
      minimum: 1,
      description: 'Pages after which the answer is refused as too large.',
    }),
    page: Type.Optional(Type.String({ description: 'Input path of the page number.' })),
    offset: Type.Optional(
      Type.String({ description: 'Input path of the number of items that come before the page.' }),
    ),
    cursor: Type.Optional(
      Type.String({ description: 'Input path of the token that `next` gave; not sent at first.' }),
    ),
    link: Type.Optional(
      Type.String({
        description:
          'Reply path of the address of the next page, or of a Link header (`$header.link`). Only its query is taken, as inputs of the same names; absent: the last page.',
      }),
    ),
    first: Type.Optional(
      Type.Integer({ description: 'Number of the first page (default 1) or offset (default 0).' }),
    ),
    size: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Items of a full page. A shorter page is the last.',
      }),
    ),
    limit: Type.Optional(Type.String({ description: 'Input path that is told the size.' })),
    next: Type.Optional(
      Type.String({
        description: 'Reply path of the next cursor; absent, empty or false: the last page.',
      }),
    ),
    total: Type.Optional(
      Type.String({
        description:
          'Reply path of the number of all items. The list must then hold so many, or the answer is refused.',
      }),
    ),
    parallel: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 16,
        description: 'With `total`: pages asked at the same time after the first. Default 1.',
      }),
    ),
  },
  { additionalProperties: false },
)
