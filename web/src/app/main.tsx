import '@cloudscape-design/global-styles/index.css'

import { applyMode, Mode } from '@cloudscape-design/global-styles'
import { lazy, StrictMode, Suspense, type ReactNode } from 'react'
import { createRoot, type Root } from 'react-dom/client'

import { resume, signIn, userManager } from '../auth/session'
import { loadLanguage, TextProvider, type Language } from '../shared/text'
import { loadConfig } from './config'

const App = lazy(() => import('./App'))
const Gate = lazy(() => import('../auth/Gate').then(({ Gate: component }) => ({ default: component })))

function followSystemMode(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const apply = () => applyMode(dark.matches ? Mode.Dark : Mode.Light)
  dark.addEventListener('change', apply)
  apply()
}

function show(root: Root, language: Language, content: ReactNode): void {
  root.render(
    <StrictMode>
      <TextProvider language={language}>
        <Suspense fallback={null}>{content}</Suspense>
      </TextProvider>
    </StrictMode>,
  )
}

async function start(root: Root): Promise<void> {
  followSystemMode()
  const [config, language] = await Promise.all([loadConfig(), loadLanguage(navigator.languages)])
  document.documentElement.lang = language.locale
  document.title = language.messages.title
  const manager = userManager(config, location.origin)
  const enter = () => void signIn(manager)
  try {
    const user = await resume(manager)
    if (user === undefined) await signIn(manager)
    else if (user === 'signed-out') show(root, language, <Gate why={user} signIn={enter} />)
    else show(root, language, <App config={config} manager={manager} user={user} />)
  } catch (error) {
    const why = error instanceof Error ? error : new Error(String(error))
    show(root, language, <Gate why={why} signIn={enter} />)
  }
}

const element = document.getElementById('root')
if (element) {
  start(createRoot(element)).catch((error: unknown) => {
    element.textContent = `This page cannot start: ${String(error)}`
  })
}
