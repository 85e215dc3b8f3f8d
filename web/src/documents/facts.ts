import { clock } from '../shared/format'
import type { Text } from '../shared/text'

const COUNTS = [
  ['page_count', 'pages'],
  ['row_count', 'rows'],
  ['sheet_count', 'sheets'],
  ['entry_count', 'entries'],
  ['column_count', 'columns'],
  ['word_count', 'words'],
  ['line_count', 'lines'],
] as const

/** Return what says most about a file, in a few words: duration, dimensions, pages, rows; empty without any. */
export function tellingFact(facts: Record<string, unknown>, text: Text): string {
  const number = (name: string) => (typeof facts[name] === 'number' ? facts[name] : undefined)
  const duration = number('duration_ms')
  const [width, height] = [number('width_px'), number('height_px')]
  const found = COUNTS.flatMap(([name, key]) => {
    const count = number(name)
    return count === undefined ? [] : [text(key, { count })]
  })
  const parts = [
    ...(duration === undefined ? [] : [clock(duration)]),
    ...(width === undefined || height === undefined ? [] : [`${width} × ${height}`]),
    ...found,
  ]
  if (parts.length > 0) return parts.slice(0, 2).join(', ')
  return typeof facts.title === 'string' ? facts.title : ''
}
