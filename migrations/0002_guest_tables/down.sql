-- Tables that we created are dropped. Tables that were taken over keep their rows and get their own rules back; their
-- session ids stay hashed, and the comment on the column says up to which row: a second take-over must hash those that
-- came later, and must not hash these again.
do $$
declare
  undo record;
begin
  if obj_description('guest_sessions'::regclass, 'pg_class') = 'created by torioki' then
    drop table guest_cart_items;
    drop table guest_sessions;
  else
    alter table guest_cart_items
      drop constraint guest_cart_items_session_id_fkey,
      drop constraint guest_cart_items_menu_id_fkey,
      drop constraint guest_cart_items_session_id_menu_id_key,
      drop constraint guest_cart_items_quantity_range;
    drop index ix_guest_cart_items_session_id;
    alter table guest_sessions
      drop constraint guest_sessions_selected_store_id_fkey,
      drop constraint guest_sessions_converted_to_user_id_fkey;
    drop index ix_guest_sessions_session_id;
    drop index ix_guest_sessions_expires_at;
    execute format('comment on column guest_sessions.session_id is %L', format(
      'sha-256 of the visitor''s token, in hex (torioki, rows up to id %s)', (select coalesce(max(id), 0) from guest_sessions)));
    -- Newest first: a foreign key needs the unique index that was set aside after it.
    for undo in select statement from torioki_undo where migration = '0002_guest_tables' order by id desc loop
      execute undo.statement;
    end loop;
  end if;
  drop table torioki_undo;
end
$$;
