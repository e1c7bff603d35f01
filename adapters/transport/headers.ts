// A transport that adds the same headers to every exchange.

import type { Transport } from '../adapter.ts'

/** Names in lower case. They win over the exchange's own: a caller's value never replaces a credential. */
export function withHeaders(
  transport: Transport,
  headers: Readonly<Record<string, string>>,
): Transport {
  return {
    exchange: (request, context) =>
      transport.exchange(
        { ...request, headers: { ...without(request.headers, headers), ...headers } },
        context,
      ),
    close: () => transport.close(),
  }
}

function without(
  own: Readonly<Record<string, string>>,
  names: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(own).filter(([name]) => !(name.toLowerCase() in names)))
}
