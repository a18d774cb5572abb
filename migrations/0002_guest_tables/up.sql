-- The two tables at the heart, as CONTRACT section 2 fixes them: created, or taken over where another program made
-- them. A take-over has three steps: mend the rows, set the rules aside, then let the common part add ours.
-- torioki_undo keeps the statements that give the host its own rules back (down.sql runs them).
create table torioki_undo (
  id serial primary key,
  migration text not null,
  statement text not null
);

create table if not exists guest_sessions (
  id serial constraint ix_guest_sessions_id primary key,
  session_id varchar(64),
  selected_store_id integer,
  created_at timestamptz,
  expires_at timestamptz,
  converted_to_user_id integer,
  last_accessed_at timestamptz
);

do $$
begin
  if to_regclass('guest_cart_items') is null then
    create table guest_cart_items (
      id serial constraint ix_guest_cart_items_id primary key,
      session_id varchar(64),
      menu_id integer,
      quantity integer,
      added_at timestamptz,
      updated_at timestamptz
    );
    comment on table guest_sessions is 'created by torioki';
    comment on table guest_cart_items is 'created by torioki';
    comment on column guest_sessions.session_id is 'sha-256 of the visitor''s token, in hex (torioki)';
  end if;
end
$$;

lock table guest_sessions, guest_cart_items in access exclusive mode;
set constraints all immediate;

-- Set aside: every foreign key of the two tables and every index or constraint that stands where one of ours goes.
do $$
declare
  rule record;
begin
  if obj_description('guest_sessions'::regclass, 'pg_class') = 'created by torioki' then
    return;
  end if;

  for rule in
    select conname as name, conrelid::regclass as tab, pg_get_constraintdef(oid) as definition
    from pg_constraint
    where contype = 'f' and conrelid in ('guest_sessions'::regclass, 'guest_cart_items'::regclass)
  loop
    insert into torioki_undo (migration, statement) values ('0002_guest_tables',
      format('alter table %s add constraint %I %s', rule.tab, rule.name, rule.definition));
    execute format('alter table %s drop constraint %I', rule.tab, rule.name);
  end loop;

  for rule in
    select c.relname as name, i.indrelid::regclass as tab, pg_get_indexdef(i.indexrelid) as definition,
      i.indisprimary as is_primary, con.conname as constraint_name, pg_get_constraintdef(con.oid) as constraint_definition
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    left join pg_constraint con on con.conindid = i.indexrelid and con.conrelid = i.indrelid and con.contype in ('p', 'u')
    where i.indrelid in ('guest_sessions'::regclass, 'guest_cart_items'::regclass)
      and (
        -- ours by its columns
        (i.indpred is null and i.indexprs is null and (
          select string_agg(a.attname, ' ' order by k.ord)
          from unnest(i.indkey::int2[]) with ordinality as k (attnum, ord)
          join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
        ) in ('id', 'session_id', 'expires_at', 'session_id menu_id'))
        -- or ours by its name
        or c.relname in ('ix_guest_sessions_id', 'ix_guest_sessions_session_id', 'ix_guest_sessions_expires_at',
          'ix_guest_cart_items_id', 'ix_guest_cart_items_session_id', 'guest_cart_items_session_id_menu_id_key')
      )
    order by i.indisprimary desc
  loop
    -- The primary key is kept (other tables may refer to it) and takes its name once that is free.
    continue when rule.is_primary;
    if rule.constraint_name is not null then
      insert into torioki_undo (migration, statement) values ('0002_guest_tables',
        format('alter table %s add constraint %I %s', rule.tab, rule.constraint_name, rule.constraint_definition));
      execute format('alter table %s drop constraint %I', rule.tab, rule.constraint_name);
    else
      insert into torioki_undo (migration, statement) values ('0002_guest_tables', rule.definition);
      execute format('drop index %I', rule.name);
    end if;
  end loop;

  for rule in
    select conname as name, conrelid::regclass as tab, 'ix_' || conrelid::regclass || '_id' as wanted
    from pg_constraint
    where contype = 'p' and conrelid in ('guest_sessions'::regclass, 'guest_cart_items'::regclass)
      and conname <> 'ix_' || conrelid::regclass || '_id'
  loop
    insert into torioki_undo (migration, statement) values ('0002_guest_tables',
      format('alter table %s rename constraint %I to %I', rule.tab, rule.wanted, rule.name));
    execute format('alter table %s rename constraint %I to %I', rule.tab, rule.name, rule.wanted);
  end loop;

  for rule in
    select format('%I', attrelid::regclass) as tab, attname as name, attnotnull as not_null,
      pg_get_expr(d.adbin, d.adrelid) as default_value
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where attrelid in ('guest_sessions'::regclass, 'guest_cart_items'::regclass) and attnum > 0 and not attisdropped
      and attname <> 'id'
  loop
    insert into torioki_undo (migration, statement) values
      ('0002_guest_tables', format('alter table %s alter column %I %s not null', rule.tab, rule.name,
        case when rule.not_null then 'set' else 'drop' end)),
      ('0002_guest_tables', format('alter table %s alter column %I %s', rule.tab, rule.name,
        case when rule.default_value is null then 'drop default' else 'set default ' || rule.default_value end));
    execute format('alter table %s alter column %I drop not null', rule.tab, rule.name);
  end loop;

  -- A string column of another length becomes varchar(64); one that is so already may have views on it.
  for rule in
    select attrelid::regclass as tab, format_type(atttypid, atttypmod) as type,
      case when atttypmod > 4 then atttypmod - 4 end as length
    from pg_attribute
    where attrelid in ('guest_sessions'::regclass, 'guest_cart_items'::regclass) and attname = 'session_id'
      and format_type(atttypid, atttypmod) <> 'character varying(64)'
  loop
    -- A shorter type could not hold the hashes that stay in it: varchar(64) stays, too.
    if rule.length is null or rule.length >= 64 then
      insert into torioki_undo (migration, statement) values ('0002_guest_tables',
        format('alter table %s alter column session_id type %s', rule.tab, rule.type));
    end if;
    execute format('alter table %s alter column session_id type text', rule.tab);
  end loop;
end
$$;

-- Mend the rows. plan.sql has made sure that nothing here loses anything but quantity above 99. The host's triggers rest
-- meanwhile: one that slides expires_at would revive dead sessions, one that audits would copy what is secret.
create temporary table torioki_resting on commit drop as
select tgrelid::regclass as tab, tgname as name, tgenabled as state
from pg_trigger
where tgrelid in ('guest_sessions'::regclass, 'guest_cart_items'::regclass) and not tgisinternal and tgenabled <> 'D';

do $$
declare
  resting record;
begin
  for resting in select * from torioki_resting loop
    execute format('alter table %s disable trigger %I', resting.tab, resting.name);
  end loop;
end
$$;

create temporary table torioki_plain on commit drop as
select id, session_id as plain_id, encode(sha256(convert_to(session_id, 'UTF8')), 'hex') as hash
from guest_sessions
where obj_description('guest_sessions'::regclass, 'pg_class') is distinct from 'created by torioki'
  and id > coalesce(substring(
    col_description('guest_sessions'::regclass,
      (select attnum from pg_attribute where attrelid = 'guest_sessions'::regclass and attname = 'session_id'))
    from 'torioki, rows up to id (\d+)')::bigint, 0);

analyze torioki_plain;
update guest_cart_items i set session_id = p.hash from torioki_plain p where i.session_id = p.plain_id;
update guest_sessions s set session_id = p.hash from torioki_plain p where s.id = p.id;

update guest_sessions
set created_at = coalesce(created_at, now()), last_accessed_at = coalesce(last_accessed_at, created_at, now())
where created_at is null or last_accessed_at is null;

with summed as (
  select min(id) as id, least(sum(quantity), 99)::integer as quantity, min(added_at) as added_at, max(updated_at) as updated_at
  from guest_cart_items
  group by session_id, menu_id
  having count(*) > 1 or sum(quantity) > 99
), kept as (
  update guest_cart_items i
  set quantity = s.quantity, added_at = s.added_at, updated_at = s.updated_at
  from summed s
  where i.id = s.id
  returning i.id, i.session_id, i.menu_id
)
delete from guest_cart_items i
using kept k
where i.session_id = k.session_id and i.menu_id = k.menu_id and i.id <> k.id;

update guest_cart_items
set added_at = coalesce(added_at, now()), updated_at = coalesce(updated_at, added_at, now())
where added_at is null or updated_at is null;

do $$
declare
  resting record;
begin
  for resting in select * from torioki_resting loop
    execute format('alter table %s enable %s trigger %I', resting.tab,
      case resting.state when 'A' then 'always' when 'R' then 'replica' else '' end, resting.name);
  end loop;
end
$$;

-- Rows that came with ids of their own (a restore, a copy) may have left the sequences behind.
select setval(s.name::regclass, s.highest)
from (
  select pg_get_serial_sequence('guest_sessions', 'id') as name, (select max(id) from guest_sessions) as highest
  union all
  select pg_get_serial_sequence('guest_cart_items', 'id'), (select max(id) from guest_cart_items)
) s
where s.name is not null and s.highest > coalesce(pg_sequence_last_value(s.name::regclass), 0);

do $$
declare
  rule record;
begin
  for rule in
    select attrelid::regclass as tab
    from pg_attribute
    where attrelid in ('guest_sessions'::regclass, 'guest_cart_items'::regclass) and attname = 'session_id'
      and format_type(atttypid, atttypmod) <> 'character varying(64)'
  loop
    execute format('alter table %s alter column session_id type varchar(64)', rule.tab);
  end loop;
end
$$;

-- The rules, the same for tables that were created and tables that were taken over.
alter table guest_sessions
  alter column session_id set not null,
  alter column session_id drop default,
  alter column selected_store_id drop default,
  alter column created_at set default now(),
  alter column expires_at set not null,
  alter column expires_at drop default,
  alter column converted_to_user_id drop default,
  alter column last_accessed_at set default now(),
  add constraint guest_sessions_selected_store_id_fkey foreign key (selected_store_id) references stores (id),
  add constraint guest_sessions_converted_to_user_id_fkey foreign key (converted_to_user_id) references users (id);

create unique index ix_guest_sessions_session_id on guest_sessions (session_id);
create index ix_guest_sessions_expires_at on guest_sessions (expires_at);

alter table guest_cart_items
  alter column session_id set not null,
  alter column session_id drop default,
  alter column menu_id set not null,
  alter column menu_id drop default,
  alter column quantity set not null,
  alter column quantity set default 1,
  alter column added_at set default now(),
  alter column updated_at set default now(),
  add constraint guest_cart_items_session_id_fkey foreign key (session_id)
    references guest_sessions (session_id) on delete cascade,
  add constraint guest_cart_items_menu_id_fkey foreign key (menu_id) references menus (id),
  add constraint guest_cart_items_session_id_menu_id_key unique (session_id, menu_id),
  add constraint guest_cart_items_quantity_range check (quantity between 1 and 99);

create index ix_guest_cart_items_session_id on guest_cart_items (session_id);

comment on column guest_sessions.session_id is 'sha-256 of the visitor''s token, in hex (torioki)';
