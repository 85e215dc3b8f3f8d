import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'

import { useText } from '../shared/text'

type Props = {
  title: string
  label: string
  initial: string
  /** Whether nothing is an answer. */
  empty: boolean
  answer: (value: string) => Promise<void>
  close: () => void
}

/** Ask for one line of text; what is refused stays to be corrected. */
export function AskDialog({ title, label, initial, empty, answer, close }: Props) {
  const text = useText()
  const [value, setValue] = useState(initial)
  const [error, setError] = useState('')
  const [working, setWorking] = useState(false)
  const disabled = !empty && value.trim() === ''
  const submit = async () => {
    setWorking(true)
    try {
      await answer(value.trim())
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason))
    }
    setWorking(false)
  }
  return (
    <Modal
      visible
      header={title}
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={close}>
              {text('cancel')}
            </Button>
            <Button variant="primary" disabled={disabled} loading={working} onClick={() => void submit()}>
              {text('save')}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <FormField label={label} errorText={error}>
        <Input
          value={value}
          autoFocus
          onChange={({ detail }) => setValue(detail.value)}
          onKeyDown={({ detail }) => {
            if (detail.key === 'Enter' && !disabled) void submit()
          }}
        />
      </FormField>
    </Modal>
  )
}
