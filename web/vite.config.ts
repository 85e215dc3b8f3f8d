import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const FONT = /url\(["']?data:font\/woff2;base64,([A-Za-z0-9+/=]+)["']?\)/g

/** Cloudscape inlines its fonts; as files only those in use are fetched, and `font-src 'self'` is enough. */
function fonts(): Plugin {
  return {
    name: 'fonts-as-files',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('global-styles/index.css')) return undefined
      let count = 0
      return code.replace(FONT, (_, bytes: string) => {
        const source = Buffer.from(bytes, 'base64')
        const file = this.emitFile({
          type: 'asset',
          name: `open-sans-${String(count++)}.woff2`,
          source,
        })
        return `url(__VITE_ASSET__${file}__)`
      })
    },
  }
}

export default defineConfig({
  plugins: [react(), fonts()],
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
    sourcemap: false,
  },
})
