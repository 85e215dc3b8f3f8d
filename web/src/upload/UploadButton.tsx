import Button from '@cloudscape-design/components/button'
import { useRef } from 'react'

import { useRefresh } from '../documents/queries'
import { useServices } from '../shared/context'
import { useText } from '../shared/text'
import { add } from './uploads'

export function UploadButton({ project }: { project: string }) {
  const text = useText()
  const { api } = useServices()
  const refresh = useRefresh()
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={text('upload')}
        onChange={({ target }) => {
          add(api, [...(target.files ?? [])], project, refresh)
          target.value = ''
        }}
      />
      <Button variant="primary" iconName="upload" onClick={() => input.current?.click()}>
        {text('upload')}
      </Button>
    </>
  )
}
