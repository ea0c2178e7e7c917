import { CopyButton, Tooltip, UnstyledButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import classes from './copy-text.module.css';

/** A short text that a click copies. */
export function CopyText({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <CopyButton value={text} timeout={1200}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : label}>
          <UnstyledButton className={classes.copy} aria-label={`${label}: ${text}`} onClick={copy}>
            <span className={classes.text}>{text}</span>
            {copied ? <IconCheck size={12} /> : <IconCopy size={12} />}
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  );
}
