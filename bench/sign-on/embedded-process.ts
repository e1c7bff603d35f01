// The embedded sign-on as a process of its own, so that what it costs can be told from what its visitors cost. Says its
// issuer on a line; ends with whoever started it.

import { openEmbedded } from '../../test/conformance/sign-on/engines/embedded.ts'

const engine = await openEmbedded({})
process.send?.(engine.issuer)
process.on('disconnect', () => {
  void engine.close().then(() => process.exit())
})
