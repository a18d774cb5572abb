/** Everything about the tables, in words that are the same for two databases with the same schema. */
import type { TestDatabase } from "./database.ts";

export async function dumpSchema(database: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ line: string }>(`
    select format('column %s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then 'not null' else 'null' end, coalesce(pg_get_expr(d.adbin, d.adrelid), '-')) as line
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    union all
    select format('constraint %s.%s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
    union all
    select format('index %s %s', indexrelid::regclass, pg_get_indexdef(indexrelid))
    from pg_index join pg_class c on c.oid = indexrelid where c.relnamespace = 'public'::regnamespace
    union all
    select format('function %s %s', p.oid::regprocedure, md5(prosrc))
    from pg_proc p where pronamespace = 'public'::regnamespace
    union all
    select format('schema %s', nspname) from pg_namespace where nspname !~ '^(pg_|information_schema|public)'
    union all
    select format('sequence %s', oid::regclass) from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace`);
  return rows.map((row) => row.line).sort();
}
