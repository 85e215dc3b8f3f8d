import Button from '@cloudscape-design/components/button'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useEffect, useState } from 'react'

import { useText } from '../shared/text'
import { KINDS } from './kinds'
import { useProjects } from './queries'
import { filtered, parseSearch, type Search } from './search'
import { STATUSES } from './status'

type Option = { value: string; label: string }
type ChoiceProps = {
  label: string
  any: string
  value: string
  options: Option[]
  choose: (value: string) => void
}

function Choice({ label, any, value, options, choose }: ChoiceProps) {
  const all = [{ value: '', label: any }, ...options]
  return (
    <Select
      ariaLabel={label}
      options={all}
      selectedOption={all.find((option) => option.value === value) ?? { value, label: value }}
      onChange={({ detail }) => choose(detail.selectedOption.value ?? '')}
    />
  )
}

/** The filters of a list; they live in its address. */
export function Filters({
  search,
  deleted,
  change,
}: {
  search: Search
  deleted: boolean
  change: (to: Search) => void
}) {
  const text = useText()
  const projects = useProjects().data?.projects ?? []
  const [name, setName] = useState(search.name ?? '')
  const set = (part: Record<string, string>) => change(parseSearch({ ...search, pages: [], ...part }))
  useEffect(() => {
    if (name === (search.name ?? '')) return undefined
    const timer = setTimeout(() => change(parseSearch({ ...search, pages: [], name })), 300)
    return () => clearTimeout(timer)
  }, [name, search, change])
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <TextFilter
        filteringText={name}
        filteringPlaceholder={text('findName')}
        filteringAriaLabel={text('findName')}
        onChange={({ detail }) => setName(detail.filteringText)}
      />
      <Choice
        label={text('type')}
        any={text('anyType')}
        value={search.type ?? ''}
        options={KINDS.map((value) => ({ value, label: text(`kind_${value}`) }))}
        choose={(type) => set({ type })}
      />
      {!deleted && (
        <Choice
          label={text('status')}
          any={text('anyStatus')}
          value={search.status ?? ''}
          options={STATUSES.map((value) => ({ value, label: text(value) }))}
          choose={(status) => set({ status })}
        />
      )}
      {!deleted && (
        <Choice
          label={text('project')}
          any={text('anyProject')}
          value={search.project ?? ''}
          options={projects.map((project) => ({ value: project.name, label: project.name }))}
          choose={(project) => set({ project })}
        />
      )}
      {filtered(search) && (
        <Button
          variant="link"
          onClick={() => {
            setName('')
            change({})
          }}
        >
          {text('clearFilters')}
        </Button>
      )}
    </SpaceBetween>
  )
}
