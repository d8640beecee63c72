import type { Dialect } from './dialect.js';

/** Longer values are found by their beginning. */
const FIELD_VALUE_LENGTH = 100;

/** The value that is bound as JSON text, as the column `ticket_field_values.value` holds it. */
export const fieldValueSql = ({ name }: Dialect, parameter: string): string =>
  name === 'postgres'
    ? `left(${parameter}::jsonb::text, ${FIELD_VALUE_LENGTH})`
    : `substr(CASE WHEN json_type(${parameter}) IN ('true', 'false') THEN json_type(${parameter})
       ELSE json_quote(json_extract(${parameter}, '$')) END, 1, ${FIELD_VALUE_LENGTH})`;
