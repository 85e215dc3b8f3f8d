import { describe, expect, it } from 'vitest'

import type { Document } from '../api/client'
import { en } from '../shared/messages/en'
import { makeText } from '../shared/text'
import { bulk } from './bulk'
import { collect } from './collect'
import { tellingFact } from './facts'
import { flatten } from './flatten'
import { kindOf } from './kinds'
import { parseSearch } from './search'

const text = makeText(en, 'en')

function document(name: string, mediaType = 'text/plain'): Document {
  const times = { created_at: '', updated_at: '' }
  const rest = { project: '', status: 'completed' as const, revision: 1, size_bytes: 1 }
  return { id: name, name, media_type: mediaType, ...rest, ...times }
}

function pages(...names: string[][]) {
  return (cursor: string | undefined) => {
    const at = Number(cursor ?? 0)
    const found = (names[at] ?? []).map((name) => document(name))
    const more = at + 1 < names.length ? { next_cursor: String(at + 1) } : {}
    return Promise.resolve({ documents: found, ...more })
  }
}

describe('collect', () => {
  it('goes on past empty pages until something matches', async () => {
    const found = await collect(
      pages(['a'], [], ['b1'], ['b2']),
      { name: 'B' },
      { from: undefined, want: 1, most: 9 },
    )
    expect(found.documents.map(({ name }) => name)).toEqual(['b1'])
    expect(found).toMatchObject({ next: '3', looked: 2 })
  })

  it('stops after the most pages and says where to go on', async () => {
    const found = await collect(
      pages(['a'], ['a'], ['b']),
      { name: 'b' },
      { from: undefined, want: 1, most: 2 },
    )
    expect(found).toEqual({ documents: [], looked: 2, next: '2' })
  })

  it('never tells a next page after the last', async () => {
    const found = await collect(pages(['a']), {}, { from: undefined, want: 50, most: 9 })
    expect(found).not.toHaveProperty('next')
  })
})

describe('search', () => {
  it('drops what it does not know', () => {
    expect(parseSearch({ type: 'exe', status: 'deleted', name: 7, project: '', pages: ['x', 1] })).toEqual({
      name: '7',
      pages: ['x'],
    })
  })
})

describe('facts', () => {
  it('tells a film by its time and dimensions, a table by its rows, and nothing of nothing', () => {
    expect(tellingFact({ duration_ms: 3_725_000, width_px: 1920, height_px: 1080 }, text)).toBe(
      '1:02:05, 1920 × 1080',
    )
    expect(tellingFact({ row_count: 12_345, column_count: 3 }, text)).toBe('12,345 rows, 3 columns')
    expect(tellingFact({}, text)).toBe('')
  })
})

describe('kinds', () => {
  it.each([
    ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'table'],
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'office'],
    ['image/svg+xml', 'image'],
    ['message/rfc822', 'mail'],
    ['application/octet-stream', 'other'],
  ])('%s is of kind %s', (mediaType, kind) => {
    expect(kindOf(mediaType)).toBe(kind)
  })
})

describe('flatten', () => {
  it('makes a row of each value and leaves out what is absent', () => {
    expect(flatten({ a: { b: [1, 2], c: null }, d: [{ e: true }], f: '<b>' })).toEqual([
      { field: 'a.b', value: '1, 2' },
      { field: 'd[0].e', value: 'true' },
      { field: 'f', value: '<b>' },
    ])
  })
})

describe('bulk', () => {
  it('does every item, whatever becomes of others, and says which failed', async () => {
    const counts: number[] = []
    const act = (item: number) => (item === 2 ? Promise.reject(new Error('no')) : Promise.resolve())
    const failed = await bulk([1, 2, 3], act, (done) => counts.push(done), 2)
    expect(failed.map(({ item, error }) => [item, error.message])).toEqual([[2, 'no']])
    expect(counts).toEqual([1, 2, 3])
  })
})
