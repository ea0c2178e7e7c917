import { Badge, Button, Group, ScrollArea, Stack, Table, Text } from '@mantine/core';
import type { EntityId } from '../../../src-preload/contract/model.ts';
import { countOf, formatCount } from '../../ui/format.ts';
import type { ImportPreview } from './use-import.ts';

interface VerdictsProps {
  readonly preview: ImportPreview;
  readonly onChoose: (text: string, entityId: EntityId) => void;
}

/** What would become of the rows: all counted, the rejected ones with their reasons. */
export function Verdicts({ preview, onChoose }: VerdictsProps) {
  const { counts, carried, made, rows, total } = preview;
  const told = [
    [counts.create, 'added', 'green'],
    [counts.update, 'changed', 'blue'],
    [counts.unchanged, 'there already', 'gray'],
    [counts.choice, 'to be chosen', 'yellow'],
    [counts.refused, 'refused', 'red'],
    [counts.made, 'made for missing ends', 'orange'],
    [counts.removedValues, 'values removed', 'orange'],
  ] as const;
  return (
    <Stack gap={6} data-testid="import-verdicts">
      <Group gap={6}>
        {told
          .filter(([count]) => count > 0)
          .map(([count, word, color]) => (
            <Badge key={word} color={color} variant="light" tt="none">
              {formatCount(count)} {word}
            </Badge>
          ))}
      </Group>
      {carried.types + carried.views === 0 ? null : (
        <Text size="xs" c="dimmed" data-testid="import-carried">
          The file also {toCarriedText(carried)}.
        </Text>
      )}
      {made.length === 0 ? null : (
        <Text size="xs" data-testid="import-made">
          No entity is called so, and one is made:{' '}
          {made.map(({ name, kind }) => `${name} (${kind})`).join(', ')}
          {counts.made > made.length ? ` … and ${formatCount(counts.made - made.length)} more` : ''}
        </Text>
      )}
      {rows.length === 0 ? null : (
        <ScrollArea.Autosize mah={200}>
          <Table fz="xs">
            <Table.Tbody>
              {rows.map((verdict) => (
                <VerdictRow
                  key={`${verdict.table} ${verdict.row} ${verdict.column ?? ''}`}
                  verdict={verdict}
                  onChoose={onChoose}
                />
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea.Autosize>
      )}
      {total > rows.length ? (
        <Text size="xs" c="dimmed">
          … and {countOf(total - rows.length, 'row')} more. Save the rejected rows to see them all.
        </Text>
      ) : null}
    </Stack>
  );
}

function toCarriedText({ types, views }: ImportPreview['carried']): string {
  const parts = [
    types > 0 ? `sets ${countOf(types, 'relationship type')}` : '',
    views > 0 ? `brings ${countOf(views, 'saved view')}` : '',
  ];
  return parts.filter((part) => part !== '').join(' and ');
}

function VerdictRow({
  verdict,
  onChoose,
}: {
  readonly verdict: ImportPreview['rows'][number];
  readonly onChoose: VerdictsProps['onChoose'];
}) {
  const { row, column, code, message, text, candidates, candidateCount } = verdict;
  return (
    <Table.Tr data-testid="import-rejected">
      <Table.Td w={170} c="dimmed">
        Row {row}
        {column === null ? '' : `, column ${column}`}
      </Table.Td>
      <Table.Td>
        {message}
        {code === 'not-found' && candidates.length > 0 ? ' Did you mean one of these?' : null}
        <Group gap={4} mt={candidates.length === 0 ? 0 : 4}>
          {candidates.map(({ id, name, address }) => (
            <Button key={id} size="compact-xs" variant="default" onClick={() => onChoose(text ?? '', id)}>
              {name} · {address}
            </Button>
          ))}
          {candidates.length > 0 && candidates.length < candidateCount ? (
            <Text size="xs" c="dimmed" data-testid="import-candidates">
              {candidates.length} of {candidateCount}
            </Text>
          ) : null}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
