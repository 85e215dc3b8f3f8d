const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

export function bytes(count: number, locale: string): string {
  let value = count
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  const maximumFractionDigits = unit > 0 && value < 10 ? 1 : 0
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits }).format(value)} ${UNITS[unit] ?? ''}`
}

export function when(iso: string | undefined, locale: string): string {
  const at = Date.parse(iso ?? '')
  if (Number.isNaN(at)) return '–'
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(at)
}

/** Return a duration in milliseconds as h:mm:ss, without hours where there are none. */
export function clock(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const tail = `${String(m).padStart(h > 0 ? 2 : 1, '0')}:${String(s).padStart(2, '0')}`
  return h > 0 ? `${h}:${tail}` : tail
}
