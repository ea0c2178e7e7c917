import { Autocomplete } from '@mantine/core';
import { useAppState } from '../store/context.ts';

interface TypeFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onEnter?: () => void;
  readonly label?: string;
  /** Whether a relationship of these ends must have one. */
  readonly required?: boolean;
  /** Why it may not be so, as a sentence. */
  readonly problem?: string | null;
}

/** A relationship type, with those already used as suggestions. */
export function TypeField(props: TypeFieldProps) {
  const { value, onChange, onEnter, label, required = false, problem = null } = props;
  const types = useAppState(({ server }) => server.workspace?.types ?? []);
  return (
    <Autocomplete
      label={label ?? (required ? 'Type' : 'Type (optional)')}
      withAsterisk={required}
      aria-required={required}
      error={problem}
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
