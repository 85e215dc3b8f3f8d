import I18nProvider, { type I18nProviderProps } from '@cloudscape-design/components/i18n'
import { createContext, use, type ReactNode } from 'react'

import { en, type Key, type Messages } from './messages/en'

export type Text = { (key: Key, values?: Record<string, string | number>): string; locale: string }

export type Language = { locale: string; messages: Messages; components: I18nProviderProps.Messages }

/** Return the language to use of those a browser asks for. */
export function pick(wanted: readonly string[]): 'en' | 'de' {
  return wanted.map((tag) => tag.slice(0, 2)).find((tag) => tag === 'en' || tag === 'de') ?? 'en'
}

export async function loadLanguage(wanted: readonly string[]): Promise<Language> {
  const locale = pick(wanted)
  if (locale === 'de') {
    const [own, components] = await Promise.all([
      import('./messages/de'),
      import('@cloudscape-design/components/i18n/messages/all.de'),
    ])
    return { locale, messages: own.de, components: components.default }
  }
  const components = await import('@cloudscape-design/components/i18n/messages/all.en')
  return { locale, messages: en, components: components.default }
}

/** Return what puts a message together; one like 'one page|many pages' is chosen by its `count`. */
export function makeText(messages: Messages, locale: string): Text {
  const plural = new Intl.PluralRules(locale)
  const text = (key: Key, values: Record<string, string | number> = {}) => {
    const [other, one] = messages[key].split('|').reverse()
    const single =
      one !== undefined && typeof values.count === 'number' && plural.select(values.count) === 'one'
    return (single ? one : (other ?? '')).replace(/\{(\w+)\}/g, (hole, name: string) => {
      const value = values[name]
      return typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : (value ?? hole)
    })
  }
  return Object.assign(text, { locale })
}

const TextContext = createContext<Text>(makeText(en, 'en'))

export function useText(): Text {
  return use(TextContext)
}

export function TextProvider({ language, children }: { language: Language; children: ReactNode }) {
  return (
    <TextContext value={makeText(language.messages, language.locale)}>
      <I18nProvider locale={language.locale} messages={[language.components]}>
        {children}
      </I18nProvider>
    </TextContext>
  )
}
