-- What stops Torioki from working beside the host's own stores, menus and users. Fills torioki_plan; changes nothing.
do $$
begin
  insert into torioki_plan
  select true, format('%s is no table: rows of ours must refer to it, so name the table behind it %s', host, host)
  from unnest(array['stores', 'menus', 'users']) as host
  join pg_class c on c.oid = to_regclass(host)
  where c.relkind not in ('r', 'p');

  insert into torioki_plan
  select true, case
    when a.attname is null then format('%s.%s is missing: add it as %s', want.host, want.col, want.type)
    else format('%s.%s is %s: Torioki needs %s', want.host, want.col, format_type(a.atttypid, a.atttypmod), want.type)
  end
  from (values
    ('stores', 'id', 'integer'), ('stores', 'name', 'text'), ('stores', 'address', 'text'),
    ('stores', 'is_active', 'boolean'),
    ('menus', 'id', 'integer'), ('menus', 'store_id', 'integer'), ('menus', 'name', 'text'),
    ('menus', 'price', 'integer'), ('menus', 'description', 'text'), ('menus', 'image_url', 'text'),
    ('menus', 'is_available', 'boolean'),
    ('users', 'id', 'integer')
  ) as want (host, col, type)
  left join pg_attribute a
    on a.attrelid = to_regclass(want.host) and a.attname = want.col and a.attnum > 0 and not a.attisdropped
  left join pg_type t on t.oid = a.atttypid
  where to_regclass(want.host) is not null
    and (a.attname is null or case want.type
      when 'integer' then a.atttypid not in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
      when 'text' then t.typcategory <> 'S'
      else a.atttypid <> 'bool'::regtype
    end);

  insert into torioki_plan
  select true, format('%s.id has no unique key: rows of ours must refer to it, so add a primary key', host)
  from unnest(array['stores', 'menus', 'users']) as host
  join pg_attribute a on a.attrelid = to_regclass(host) and a.attname = 'id' and not a.attisdropped
  where not exists (
    select from pg_index i
    where i.indrelid = a.attrelid and i.indisunique and i.indpred is null and i.indkey::text = a.attnum::text);
end
$$;
