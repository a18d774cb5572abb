do $$
declare
  name text;
begin
  foreach name in array array['guest_sessions', 'guest_cart_items', 'user_cart_items'] loop
    if exists (
      select from pg_class c, unnest(c.reloptions) o where c.oid = name::regclass and o = 'fillfactor=80'
    ) then
      execute format('alter table %I reset (fillfactor)', name);
    end if;
  end loop;
end
$$;
