-- A change of a quantity, and the note of an access, write a new version of the row. Where its page has room for it, none of the
-- three indexes need be touched (heap-only tuples: PostgreSQL manual, "Heap-Only Tuples"). Pages that are filled to the brim
-- when a cart is made leave none, so that the first changes of every cart would cost several times as much. What the owner of
-- taken-over tables has set stays.
do $$
declare
  name text;
begin
  foreach name in array array['guest_sessions', 'guest_cart_items', 'user_cart_items'] loop
    if not exists (
      select from pg_class c, unnest(c.reloptions) o where c.oid = name::regclass and o like 'fillfactor=%'
    ) then
      execute format('alter table %I set (fillfactor = 80)', name);
    end if;
  end loop;
end
$$;
