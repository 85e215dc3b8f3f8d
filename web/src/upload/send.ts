import type { Api, Schemas } from '../api/client'
import { unwrap } from '../api/problem'

const SIGNED_AT_ONCE = 20
const PARTS_AT_ONCE = 3

type Progress = (sent: number) => void

/** Send bytes with progress, which fetch cannot tell; return the answer's headers. */
function transfer(
  method: string,
  url: string,
  body: Blob | FormData,
  progress: Progress,
  signal: AbortSignal,
) {
  return new Promise<XMLHttpRequest>((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(method, url)
    request.upload.onprogress = ({ loaded }) => progress(loaded)
    request.onload = () => {
      if (request.status < 300) resolve(request)
      else
        reject(
          new Error(`S3: ${/<Message>([^<]*)/.exec(request.responseText)?.[1] ?? String(request.status)}`),
        )
    }
    request.onerror = () => reject(new Error('the connection was lost'))
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    signal.throwIfAborted()
    request.send(body)
  })
}

async function post(target: Schemas['PostTarget'], file: File, progress: Progress, signal: AbortSignal) {
  const form = new FormData()
  for (const [name, value] of Object.entries(target.fields)) form.append(name, value)
  form.append('file', file)
  await transfer('POST', target.url, form, (sent) => progress(Math.min(sent, file.size)), signal)
}

async function multipart(
  api: Api,
  id: string,
  target: Schemas['MultipartTarget'],
  file: File,
  progress: Progress,
  signal: AbortSignal,
) {
  const params = { path: { document_id: id } }
  const sent = new Map<number, number>()
  const parts: Schemas['FinishedPart'][] = []
  const waiting = Array.from({ length: target.part_count }, (_, index) => index + 1)
  const put = async ({ part_number: number, url, size_bytes: size }: Schemas['SignedPart']) => {
    const start = (number - 1) * target.part_size_bytes
    const tell = (count: number) => {
      sent.set(number, count)
      progress([...sent.values()].reduce((sum, value) => sum + value, 0))
    }
    const answer = await transfer('PUT', url, file.slice(start, start + size), tell, signal)
    const etag = answer.getResponseHeader('ETag')
    if (etag === null) throw new Error('S3 gave no ETag: the bucket must expose it')
    parts.push({ part_number: number, etag })
  }
  while (waiting.length > 0) {
    const body = { part_numbers: waiting.splice(0, SIGNED_AT_ONCE) }
    const signed = unwrap(await api.POST('/documents/{document_id}/upload/parts', { params, body, signal }))
    const due = [...signed.parts]
    const work = async () => {
      for (let part = due.shift(); part !== undefined; part = due.shift()) await put(part)
    }
    await Promise.all(Array.from({ length: PARTS_AT_ONCE }, work))
  }
  parts.sort((one, other) => one.part_number - other.part_number)
  unwrap(await api.POST('/documents/{document_id}/upload/complete', { params, body: { parts }, signal }))
}

/** Announce a file and bring its bytes to S3; return the document's id. `key` makes announcing it twice harmless. */
export async function send(
  api: Api,
  { file, project, key }: { file: File; project: string; key: string },
  progress: Progress,
  signal: AbortSignal,
): Promise<string> {
  const claim = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(file.type) ? { media_type: file.type } : {}
  const body = { name: file.name, size_bytes: file.size, project, ...claim }
  const params = { header: { 'Idempotency-Key': key } }
  const { document, upload } = unwrap(await api.POST('/documents', { params, body, signal }))
  if (upload?.kind === 'post') await post(upload, file, progress, signal)
  else if (upload) await multipart(api, document.id, upload, file, progress, signal)
  return document.id
}
