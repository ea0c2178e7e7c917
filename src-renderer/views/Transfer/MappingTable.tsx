import { Group, NativeSelect, Stack, Table, Text } from '@mantine/core';
import {
  ColumnRole,
  type ImportMapping,
  ImportSubject,
  type ImportTable,
} from '../../../src-preload/contract/transfer-requests.ts';
import { countOf } from '../../ui/format.ts';

interface MappingTableProps {
  readonly table: ImportTable;
  readonly mapping: ImportMapping;
  readonly onChange: (mapping: ImportMapping) => void;
}

const subjectLabels = {
  entities: 'Entities',
  relationships: 'Relationships',
  matrix: 'Matrix',
  ignore: 'Leave out',
} as const;

const roleLabels: Readonly<Record<ColumnRole, string>> = {
  source: 'Source',
  target: 'Target',
  type: 'Type',
  connection: 'Connection',
  state: 'State',
  entity: 'Written form',
  name: 'Name',
  kind: 'Kind',
  id: 'Id',
  archived: 'Archived',
  origin: 'Origin',
  attribute: 'Attribute',
  ignore: 'Leave out',
};

const rolesOf = {
  relationships: ['source', 'target', 'type', 'connection', 'state', 'origin', 'ignore'],
  entities: ['entity', 'name', 'kind', 'id', 'archived', 'origin', 'attribute', 'ignore'],
  matrix: ['ignore'],
  ignore: ['ignore'],
} as const satisfies Record<ImportSubject, readonly ColumnRole[]>;

/** How the columns of one table are taken, with the first of its cells. */
export function MappingTable({ table, mapping, onChange }: MappingTableProps) {
  const setSubject = (subject: ImportSubject) =>
    onChange({ ...mapping, subject, roles: mapping.roles.map((role) => toRole(subject, role)) });
  const setRole = (column: number, role: ColumnRole) =>
    onChange({ ...mapping, roles: mapping.roles.map((known, index) => (index === column ? role : known)) });
  return (
    <Stack gap={6} data-testid="import-table">
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {table.name} · {countOf(table.rows + (mapping.header ? 0 : 1), 'row')}
        </Text>
        <NativeSelect
          size="xs"
          aria-label={`What the rows of ${table.name} are`}
          data-testid="import-subject"
          data={ImportSubject.options.map((value) => ({ value, label: subjectLabels[value] }))}
          value={mapping.subject}
          onChange={({ currentTarget }) => setSubject(ImportSubject.parse(currentTarget.value))}
        />
      </Group>
      {mapping.subject === 'matrix' ? (
        <Text size="xs" c="dimmed">
          The first column names sources, the first row targets. Where they cross is the type, or a mark such
          as x: then the type is what the top left cell says, if it says one.
        </Text>
      ) : null}
      <Table.ScrollContainer minWidth={0} mah={180}>
        <Table fz="xs" withTableBorder>
          <Table.Tbody>
            {table.columns.map(({ name, sample }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name of their own
              <Table.Tr key={index}>
                <Table.Td fw={600}>{mapping.header && name !== '' ? name : `Column ${index + 1}`}</Table.Td>
                <Table.Td w={140}>
                  {mapping.subject === 'matrix' ? (
                    <Text size="xs">{index === 0 ? 'Sources' : 'Target'}</Text>
                  ) : (
                    <NativeSelect
                      size="xs"
                      aria-label={`What the column ${name} is`}
                      data={rolesOf[mapping.subject].map((value) => ({ value, label: roleLabels[value] }))}
                      value={mapping.roles[index] ?? 'ignore'}
                      onChange={({ currentTarget }) => setRole(index, ColumnRole.parse(currentTarget.value))}
                    />
                  )}
                </Table.Td>
                <Table.Td c="dimmed">{toSample(name, sample, mapping.header)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

function toSample(name: string, sample: readonly string[], header: boolean): string {
  return [...(header ? [] : [name]), ...sample].filter((cell) => cell !== '').join(' · ');
}

function toRole(subject: ImportSubject, role: ColumnRole): ColumnRole {
  return (
    rolesOf[subject].find((known) => known === role) ?? (subject === 'entities' ? 'attribute' : 'ignore')
  );
}
