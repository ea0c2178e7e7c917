import { Checkbox } from '@mantine/core';

interface OnlyHereFieldProps {
  readonly checked: boolean;
  /** Whether the ends belong to different connections, so that no remote can hold the relationship. */
  readonly cross: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** Whether a relationship stays in the workspace. */
export function OnlyHereField({ checked, cross, onChange }: OnlyHereFieldProps) {
  return (
    <Checkbox
      size="xs"
      label="Keep only in this workspace"
      description={cross ? 'The ends belong to different connections' : null}
      checked={checked}
      disabled={cross}
      onChange={({ currentTarget }) => onChange(currentTarget.checked)}
    />
  );
}
