export type Row = { field: string; value: string }

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Return a row a value, its field by dots and indexes; what is absent is left out. */
export function flatten(value: unknown, field = ''): Row[] {
  if (value === null || value === undefined || value === '') return []
  if (Array.isArray(value)) {
    const scalars = value.every((item) => typeof item !== 'object' || item === null)
    if (scalars) return value.length === 0 ? [] : [{ field, value: value.map(String).join(', ') }]
    return value.flatMap((item, index) => flatten(item, `${field}[${index}]`))
  }
  if (isMap(value)) {
    return Object.entries(value).flatMap(([name, item]) =>
      flatten(item, field === '' ? name : `${field}.${name}`),
    )
  }
  return [{ field, value: typeof value === 'string' ? value : JSON.stringify(value) }]
}
