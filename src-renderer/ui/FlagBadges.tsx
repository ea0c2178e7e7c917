import { Badge, Tooltip, VisuallyHidden } from '@mantine/core';
import { flagWords } from '../../src-preload/contract/flag-words.ts';
import type { RelationshipFlag } from '../../src-preload/contract/model.ts';

/** What the remote says of a relationship beside its state; what each means is the tooltip. */
export function FlagBadges({ flags }: { readonly flags: readonly RelationshipFlag[] }) {
  return flags.map((flag) => {
    const { label, meaning } = flagWords[flag];
    return (
      <Tooltip key={flag} label={meaning}>
        <Badge
          size="xs"
          variant="default"
          tt="none"
          fw={500}
          style={{ flexShrink: 0 }}
          data-testid="flag"
          data-flag={flag}
        >
          {label}
          <VisuallyHidden>: {meaning}</VisuallyHidden>
        </Badge>
      </Tooltip>
    );
  });
}
