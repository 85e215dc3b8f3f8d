import { describe, expect, it } from 'vitest'

import { parseConfig } from '../app/config'
import { groups, safePath } from './session'

describe('safePath', () => {
  it.each([
    ['/documents/1?x=2', '/documents/1?x=2'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    [{ to: '/' }, '/'],
  ])('of %s goes to %s', (state, path) => {
    expect(safePath(state)).toBe(path)
  })
})

describe('groups', () => {
  it('are none when the token names none', () => {
    const profile = { sub: 's', iss: 'i', aud: 'a', exp: 1, iat: 1 }
    expect(groups({ profile })).toEqual([])
    expect(groups({ profile: { ...profile, 'cognito:groups': ['operators'] } })).toEqual(['operators'])
  })
})

describe('config', () => {
  it('names everything that is missing', () => {
    expect(() => parseConfig({ apiUrl: 'a', region: '' })).toThrow(
      /hostedUiUrl, region, tokenIssuer, userPoolClientId/,
    )
  })
})
