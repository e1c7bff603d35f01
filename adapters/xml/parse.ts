// A whole XML text to events on a handler.

import type { XmlHandler, XmlLimits } from './events.ts'
import { XmlScanner } from './scanner.ts'

export {
  openLeaf,
  XML_NAMESPACE,
  XmlError,
  type XmlAttribute,
  type XmlFault,
  type XmlHandler,
  type XmlLimits,
  type XmlPlace,
  type XmlScope,
  type XmlTag,
} from './events.ts'

/** Runs the whole text through the handler; throws XmlError. What the handler throws passes through. */
export function parseXml(text: string, handler: XmlHandler, limits: XmlLimits = {}): void {
  const scanner = new XmlScanner(handler, limits)
  scanner.write(text)
  scanner.end()
}
