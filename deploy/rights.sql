-- Lets the role torioki_server read and write rows and nothing else. That is all that `torioki serve` with
-- MIGRATE_ON_START=off, `torioki worker` and `torioki cleanup` need.
--
-- Run it as the owner of the tables, after every `torioki migrate up`: a migration may have made new tables. It may be run
-- any number of times. The role has to be there (docs/operating.md).

-- PostgreSQL's default for the schema public, and needed for any other.
do $$
begin
  execute format('grant usage on schema %s to torioki_server',
    (select relnamespace::regnamespace from pg_class where oid = 'guest_sessions'::regclass));
end
$$;

-- Read only: yours, and the list of what is migrated, which /readyz asks for.
grant select on stores, menus, users, torioki_migrations to torioki_server;

-- Torioki's own. `select … for update` needs the right to update as well.
grant select, insert, update, delete on
  guest_sessions, guest_cart_items, torioki_idempotency_keys,
  user_cart_items, torioki_user_carts, torioki_user_idempotency_keys,
  torioki_hand_overs, torioki_tickets
to torioki_server;
grant select on torioki_store_hours to torioki_server;
grant select, update on torioki_look_up_cache to torioki_server;

-- The server's own accounts have tables only where `users` is Torioki's.
do $$
begin
  if to_regclass('torioki_login_sessions') is not null then
    grant insert, update on users to torioki_server;
    grant select, insert, update, delete on
      torioki_login_sessions, torioki_login_accounts, torioki_login_verifications
    to torioki_server;
  end if;
end
$$;

-- Where ids come from. A table that was taken over may have a sequence of another name.
do $$
declare
  sequence text;
begin
  for sequence in
    select pg_get_serial_sequence(name, 'id')
    from unnest(array['guest_sessions', 'guest_cart_items', 'user_cart_items', 'torioki_login_sessions',
      'torioki_login_accounts', 'torioki_login_verifications']) as name
    where to_regclass(name) is not null
    union all
    select pg_get_serial_sequence('users', 'id') where to_regclass('torioki_login_sessions') is not null
  loop
    continue when sequence is null;
    execute format('grant usage on sequence %s to torioki_server', sequence);
  end loop;
end
$$;

-- The schedule of the clean-up (pg-boss).
grant usage on schema torioki_jobs to torioki_server;
grant select, insert, update, delete on all tables in schema torioki_jobs to torioki_server;

-- Functions: everybody may call them, by PostgreSQL's default. Where that was revoked for new ones, these are needed.
grant execute on all functions in schema torioki_jobs to torioki_server;
do $$
declare
  called regprocedure;
begin
  for called in
    select oid from pg_proc
    where pronamespace = (select relnamespace from pg_class where oid = 'guest_sessions'::regclass)
      and proname like 'torioki\_%'
  loop
    execute format('grant execute on function %s to torioki_server', called);
  end loop;
end
$$;
