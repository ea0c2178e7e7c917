import { Autocomplete } from '@mantine/core';
import { useAppState } from '../store/context.ts';

interface TypeFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onEnter?: () => void;
  readonly label?: string;
}

/** An optional relationship type, with those already used as suggestions. */
export function TypeField({ value, onChange, onEnter, label = 'Type (optional)' }: TypeFieldProps) {
  const types = useAppState(({ server }) => server.workspace?.types ?? []);
  return (
    <Autocomplete
      label={label}
      size="xs"
      placeholder="for example: feeds"
      data-testid="relationship-type"
      data={[...types]}
      limit={8}
      maxLength={255}
      value={value}
      onChange={onChange}
      onKeyDown={({ key, defaultPrevented }) => {
        if (key === 'Enter' && !defaultPrevented) onEnter?.();
      }}
    />
  );
}
