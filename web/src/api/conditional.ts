type Kept = { etag: string; body: string }
type Fetch = (request: Request) => Promise<Response>

/** Return a fetch that asks again only for what changed: a 304 is answered from what was kept of the same address. */
export function conditional(send: Fetch, room = 200): Fetch & { clear: () => void } {
  const kept = new Map<string, Kept>()
  const ask = async (request: Request): Promise<Response> => {
    if (request.method !== 'GET') return send(request)
    const known = kept.get(request.url)
    if (known) request.headers.set('If-None-Match', known.etag)
    const response = await send(request)
    if (response.status === 304 && known) {
      return new Response(known.body, { status: 200, headers: { 'Content-Type': 'application/json' } })
    }
    const etag = response.headers.get('ETag')
    if (response.ok && etag !== null) {
      kept.delete(request.url)
      kept.set(request.url, { etag, body: await response.clone().text() })
      const [oldest] = kept.keys()
      if (kept.size > room && oldest !== undefined) kept.delete(oldest)
    }
    return response
  }
  return Object.assign(ask, { clear: () => kept.clear() })
}
