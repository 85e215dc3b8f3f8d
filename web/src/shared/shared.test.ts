import { describe, expect, it } from 'vitest'

import { bytes, clock, when } from './format'
import { de } from './messages/de'
import { en } from './messages/en'
import { makeText, pick } from './text'

describe('format', () => {
  it('writes sizes in the next unit before they have four digits', () => {
    expect([0, 999, 999_900, 1_500_000].map((count) => bytes(count, 'en'))).toEqual([
      '0 B',
      '999 B',
      '1 MB',
      '1.5 MB',
    ])
    expect(bytes(1_500_000, 'de')).toBe('1,5 MB')
  })

  it('shows no date for what is none', () => {
    expect(when(undefined, 'en')).toBe('–')
    expect(clock(61_000)).toBe('1:01')
  })
})

describe('messages', () => {
  it('have the same holes in every language', () => {
    const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
    for (const key of Object.keys(en) as (keyof typeof en)[]) expect(holes(de[key])).toEqual(holes(en[key]))
  })

  it('keep markup in values as text, and numbers as the language writes them', () => {
    expect(makeText(de, 'de')('rows', { count: 12_345 })).toBe('12.345 Zeilen')
    expect(makeText(en, 'en')('rows', { count: 1 })).toBe('1 row')
    expect(makeText(en, 'en')('select', { name: '<img src=x>' })).toBe('Select <img src=x>')
  })

  it('are in the first language that is there', () => {
    expect([pick(['fr', 'de-AT', 'en']), pick(['fr']), pick([])]).toEqual(['de', 'en', 'en'])
  })
})
