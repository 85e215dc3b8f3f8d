import { describe, expect, it } from 'vitest'

import { conditional } from './conditional'
import { interval, pace } from './pace'

describe('conditional', () => {
  it('answers a 304 from what it kept, and asks anew after it was cleared', async () => {
    const asked: (string | null)[] = []
    const fetch = conditional((request) => {
      const etag = request.headers.get('If-None-Match')
      asked.push(etag)
      const answer = etag === '"1"' ? new Response(null, { status: 304 }) : new Response('{"a":1}')
      answer.headers.set('ETag', '"1"')
      return Promise.resolve(answer)
    })
    const get = () => fetch(new Request('https://api.example/documents'))
    expect(await (await get()).json()).toEqual({ a: 1 })
    const again = await get()
    expect(again.status).toBe(200)
    expect(await again.json()).toEqual({ a: 1 })
    fetch.clear()
    await get()
    expect(asked).toEqual([null, '"1"', null])
  })

  it('keeps no more than it has room for', async () => {
    const asked: (string | null)[] = []
    const fetch = conditional((request) => {
      asked.push(request.headers.get('If-None-Match'))
      return Promise.resolve(new Response('{}', { headers: { ETag: '"1"' } }))
    }, 1)
    for (const name of ['a', 'b', 'a']) await fetch(new Request(`https://api.example/${name}`))
    expect(asked).toEqual([null, null, null])
  })
})

describe('pace', () => {
  it('slows down while nothing changes and is fast again at once', () => {
    const next = pace<{ busy: boolean }>((data) => data.busy)
    const same = { busy: true }
    const ask = (data: { busy: boolean }, at: number) =>
      next({ state: { data, dataUpdatedAt: at, fetchFailureCount: 0 } })
    const first = ask(same, 1)
    const later = [2, 3, 4, 5, 6].map((at) => ask(same, at)).at(-1)
    expect(later).toBe(2 * first)
    expect(ask({ busy: true }, 7)).toBe(first)
  })

  it('never waits longer than half a minute', () => {
    expect(interval({ busy: false, unchanged: 1000, failures: 50 })).toBe(30_000)
  })
})
